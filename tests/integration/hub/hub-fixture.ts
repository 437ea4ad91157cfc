import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import type { HubRepository, HubTokens } from '../../hub/repository.ts';

/** Prime, so that no piece or block size divides it. */
export const LARGE_BYTES = 1_500_007;
export const LARGE = syntheticContent({ sizeBytes: LARGE_BYTES, seed: 5 });
export const OLD_LARGE = syntheticContent({ sizeBytes: LARGE_BYTES, seed: 6 });

export const README = '# Plain words\n\nA file git keeps itself.\n';
export const PATH = 'shop/plain';
export const LARGE_PATH = `${PATH}/model.gguf`;
export const LARGE_ADDRESS = `/${PATH}/resolve/main/model.gguf`;
export const README_ADDRESS = `/${PATH}/resolve/main/README.md`;

export const TOKENS: HubTokens = {
  outsider: { user: 'outsider' },
  member: { user: 'member', admittedTo: ['shop/gated'], canSee: ['shop/private'] },
};

/** One repository of each kind an error or a listing needs. */
export function createTestRepositories(): readonly HubRepository[] {
  const model = { path: 'model.gguf', content: LARGE };
  const readme = { path: 'README.md', content: bytesContent(README) };
  const config = { path: 'extra/config.json', content: bytesContent('{"a":1}\n') };
  const empty = { path: 'extra/deep/empty.txt', content: bytesContent('') };
  return [
    {
      id: PATH,
      formerIds: ['shop/former'],
      commits: [
        {
          title: 'First',
          branches: ['old/style'],
          files: [{ path: 'model.gguf', content: OLD_LARGE }],
        },
        { title: 'Second', tags: ['v2'], files: [readme, model, config, empty] },
      ],
      downloads: 10,
      likes: 3,
      pipelineTag: 'text-generation',
      libraryName: 'llama.cpp',
      license: 'mit',
      tags: ['en'],
      gguf: { total: 1000, architecture: 'llama' },
    },
    { id: 'shop/gated', gated: 'manual', commits: [{ files: [model, readme] }], downloads: 30 },
    { id: 'shop/private', private: true, commits: [{ files: [model, readme] }] },
    { id: 'shop/disabled', disabled: true, commits: [{ files: [readme] }], downloads: 1 },
    { id: 'other/second', commits: [{ files: [readme] }], downloads: 20, likes: 9 },
  ];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body ended before its announced length, or the connection broke. */
  readonly isCut: boolean;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One exchange over a connection of its own: follows nothing, decodes nothing, never throws. */
export function ask(
  url: string,
  { method = 'GET', headers = {} }: RawRequest = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const sent = request(url, { method, headers, agent: false });
    const settle = (status: number, answered: IncomingHttpHeaders, isCut: boolean): void =>
      resolve({ status, headers: answered, body: Buffer.concat(chunks), isCut });
    sent.once('error', () => settle(0, {}, true));
    sent.once('response', (response) => {
      const { statusCode = 0, headers: answered } = response;
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined); // told by `complete` below
      response.once('close', () => settle(statusCode, answered, !response.complete));
    });
    sent.end();
  });
}

/** Like {@link ask}, but goes where redirects point, taking the same headers along within an origin. */
export async function askThrough(url: string, options: RawRequest = {}): Promise<RawAnswer> {
  const answer = await ask(url, options);
  const { location } = answer.headers;
  if (answer.status < 300 || answer.status > 399 || location === undefined) return answer;
  const next = new URL(location, url);
  const { authorization: _, ...others } = options.headers ?? {};
  const headers = next.origin === new URL(url).origin ? (options.headers ?? {}) : others;
  return askThrough(next.href, { ...options, headers });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
