/** Asks Civitai: the token to it alone, refusals as codes, versions remembered for a while. */
import type { z } from 'zod';
import { type HttpAnswer, type HttpClient, readJson } from '../platform/http.ts';
import { type CivitaiVersion, versionSchema } from './civitai-answers.ts';
import { refuseCivitai } from './civitai-refusals.ts';
import { oneByte } from './hops.ts';

export interface CivitaiOptions {
  readonly http: HttpClient;
  /** Without a trailing slash. */
  readonly endpoint: () => string;
  readonly token: () => Promise<string | null>;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

type Headers = Readonly<Record<string, string>>;

interface Question<T> {
  readonly url: string;
  readonly schema: z.ZodType<T>;
  /** What is asked about, for messages. */
  readonly repository: string;
  readonly signal?: AbortSignal | undefined;
}

interface AskedFile {
  readonly repository: string;
  readonly path: string;
  readonly headers: Headers;
  readonly signal?: AbortSignal | undefined;
}

export interface CivitaiApi {
  readonly http: HttpClient;
  readonly endpoint: () => string;
  /** With the token, as long as the address is at the configured host. */
  headersFor(url: string): Promise<Headers>;
  ask<T>(question: Question<T>): Promise<T>;
  version(endpoint: string, id: string, signal?: AbortSignal): Promise<CivitaiVersion>;
  /** Throws what an answer without body means; a 403 is asked for again, as only its body says why. */
  refuse(answer: HttpAnswer, asked: AskedFile): Promise<void>;
}

/** Long enough for all files of a download to be located. */
const REMEMBERED_MS = 5 * 60_000;
/** Browsers get a page for people, even for files; who asks for data gets data. */
const ACCEPT = 'application/octet-stream, application/json';

export function createCivitaiApi(options: CivitaiOptions): CivitaiApi {
  const { http, endpoint, token, now = Date.now } = options;
  const remembered = new Map<string, { readonly at: number; readonly version: CivitaiVersion }>();

  async function headersFor(url: string): Promise<Headers> {
    const isHome = new URL(url).origin === new URL(endpoint()).origin;
    const value = isHome ? await token() : null;
    return { accept: ACCEPT, ...(value && { authorization: `Bearer ${value}` }) };
  }

  async function ask<T>({ url, schema, repository, signal }: Question<T>): Promise<T> {
    const headers = await headersFor(url);
    const answer = await http.follow({ url, headers, signal, retries: 2 });
    refuseCivitai(answer, { repository, signedIn: 'authorization' in headers });
    return readJson(answer, schema);
  }

  return {
    http,
    endpoint,
    headersFor,
    ask,
    version: async (home, id, signal) => {
      const url = `${home}/api/v1/model-versions/${id}`;
      const known = remembered.get(url);
      if (known && now() - known.at < REMEMBERED_MS) return known.version;
      const version = await ask({ url, schema: versionSchema, repository: id, signal });
      remembered.set(url, { at: now(), version });
      return version;
    },
    refuse: async (answer, { repository, path, headers, signal }) => {
      const { url, status } = answer;
      const isHome = new URL(url).origin === new URL(endpoint()).origin;
      const request = { ...oneByte({ url, headers, signal }), headersOnly: false };
      const full = status === 403 && isHome ? await http.send(request) : answer;
      refuseCivitai(full, { repository, path, signedIn: 'authorization' in headers });
    },
  };
}
