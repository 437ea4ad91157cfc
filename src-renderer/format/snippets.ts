/** How a program asks Larder's models, in three languages. Pure. */

export const SNIPPET_LANGUAGES = ['curl', 'Python', 'JavaScript'] as const;
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];

interface SnippetFacts {
  /** Base address for clients, see {@link clientBase}. */
  readonly base: string;
  readonly token: string;
  readonly model: string;
}

export function snippetOf(language: SnippetLanguage, facts: SnippetFacts): string {
  switch (language) {
    case 'curl':
      return curl(facts);
    case 'Python':
      return python(facts);
    case 'JavaScript':
      return javascript(facts);
  }
}

/** What clients of OpenAI's API take for their base address. */
export const clientBase = (url: string) => {
  const plain = url.replace(/\/+$/, '');
  return plain.endsWith('/v1') ? plain : `${plain}/v1`;
};

/** A text between double quotes, as all three languages read it. */
const quoted = (text: string) => JSON.stringify(text);

function curl({ base, token, model }: SnippetFacts): string {
  const body = `{"model": ${quoted(model)}, "messages": [{"role": "user", "content": "Hello"}]}`;
  return [
    `curl ${base}/chat/completions \\`,
    `  -H "Authorization: Bearer ${token}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d '${body.replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n');
}

function python({ base, token, model }: SnippetFacts): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(base_url=${quoted(base)}, api_key=${quoted(token)})
answer = client.chat.completions.create(
    model=${quoted(model)},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`;
}

function javascript({ base, token, model }: SnippetFacts): string {
  return `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${quoted(base)}, apiKey: ${quoted(token)} });
const answer = await client.chat.completions.create({
  model: ${quoted(model)},
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0].message.content);`;
}
