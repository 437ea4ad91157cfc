/** The API reference as one static page without scripts or outside assets, from the OpenAPI document. */
import { createHash } from 'node:crypto';
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi-types.ts';
import type { FieldSchema } from './route-input.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 6px; }
section { margin-top: 2.5rem; border-top: 1px solid #8886; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
`;

/** Nothing may load or run; the one style sheet is named by its digest. */
export const DOCS_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Entry {
  readonly heading: string;
  readonly operation: OpenApiOperation;
}

export function renderDocs(document: OpenApiDocument): string {
  const entries = entriesOf(document);
  const { title, version, description } = document.info;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)} ${escapeHtml(version)}</h1>
<p>${escapeHtml(description)}</p>
<nav><ul>${entries.map(renderLink).join('\n')}
<li><a href="#events">Events</a></li></ul></nav>
${entries.map(renderEntry).join('\n')}
${renderEvents(document['x-events'])}
</body>
</html>
`;
}

function entriesOf({ paths }: OpenApiDocument): Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      heading: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
}

function renderLink({ heading, operation }: Entry): string {
  return `<li><a href="#${escapeHtml(operation.operationId)}"><code>${escapeHtml(heading)}</code></a></li>`;
}

function renderEntry({ heading, operation }: Entry): string {
  const { operationId, summary, parameters, requestBody, responses, security } = operation;
  const open = security?.length === 0 ? '<p>Answers without the token.</p>' : '';
  return `<section id="${escapeHtml(operationId)}">
<h2><code>${escapeHtml(heading)}</code></h2>
<p>${escapeHtml(summary)}</p>
${open}
${parameters ? renderParameters(parameters) : ''}
${requestBody ? renderSchema('Body', requestBody.content['application/json'].schema) : ''}
${renderAnswer(responses)}
</section>`;
}

function renderParameters(parameters: readonly OpenApiParameter[]): string {
  const rows = parameters.map(({ name, in: place, required, description, schema }) => {
    const type = typeof schema.type === 'string' ? schema.type : '';
    const where = `${place}, ${required ? 'required' : 'optional'}`;
    const cells = [where, type, description ?? ''].map((text) => `<td>${escapeHtml(text)}</td>`);
    return `<tr><td><code>${escapeHtml(name)}</code></td>${cells.join('')}</tr>`;
  });
  return `<table><tbody>${rows.join('\n')}</tbody></table>`;
}

function renderAnswer(responses: OpenApiOperation['responses']): string {
  const done = responses['200'] as
    | { content?: Record<string, { schema?: FieldSchema }> }
    | undefined;
  const schema = done?.content?.['application/json']?.schema;
  return schema ? renderSchema('Answer', schema) : '';
}

function renderEvents(events: OpenApiDocument['x-events']): string {
  const each = Object.entries(events).map(([type, schema]) => renderSchema(type, schema));
  return `<section id="events">
<h2>Events</h2>
<p>Each is an object with type, at (ISO 8601), seq (without gaps) and data, which is described here.</p>
${each.join('\n')}
</section>`;
}

function renderSchema(title: string, schema: FieldSchema): string {
  const about = typeof schema.description === 'string' ? `: ${schema.description}` : '';
  return `<details><summary><code>${escapeHtml(title)}</code>${escapeHtml(about)}</summary>
<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
