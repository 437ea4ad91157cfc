/** Asks the hub's API: token only to the hub itself, redirects only within it, refusals as codes. */
import type { z } from 'zod';
import { AppError } from '../../../src-shared/errors.ts';
import { type HttpAnswer, type HttpClient, readJson } from '../../platform/http.ts';
import { type Asked, refusalOf } from './refusals.ts';

export interface HubApiOptions {
  readonly http: HttpClient;
  /** Address of the hub in force, without a trailing slash. */
  readonly endpoint: () => string;
  readonly token: () => Promise<string | null>;
}

export interface Question<T> {
  readonly url: string;
  readonly schema: z.ZodType<T>;
  readonly about: Omit<Asked, 'signedIn'>;
  readonly signal?: AbortSignal | undefined;
}

export interface HubApi {
  readonly http: HttpClient;
  readonly endpoint: () => string;
  /** The token, as long as the address is at the configured hub; nobody else ever sees it. */
  authorizationFor(url: string): Promise<Readonly<Record<string, string>>>;
  /** @returns the value and the `Link` header */
  ask<T>(question: Question<T>): Promise<{ value: T; link: string | undefined }>;
}

export function createHubApi({ http, endpoint, token }: HubApiOptions): HubApi {
  const authorizationFor = async (url: string): Promise<Record<string, string>> => {
    if (new URL(url).origin !== new URL(endpoint()).origin) return {};
    const value = await token();
    return value === null || value === '' ? {} : { authorization: `Bearer ${value}` };
  };
  return {
    http,
    endpoint,
    authorizationFor,
    async ask({ url, schema, about, signal }) {
      const headers = { accept: 'application/json', ...(await authorizationFor(url)) };
      const answer = await http.follow({ url, headers, signal, retries: 2 });
      refuseForeign(answer);
      if (answer.status >= 400) {
        throw refusalOf(answer, { ...about, signedIn: 'authorization' in headers });
      }
      return { value: readJson(answer, schema), link: answer.headers.link };
    },
  };
}

/**
 * The API never sends anyone elsewhere. To another host: a network that wants a sign-in first. To the
 * same host under another scheme or port: the configured address is not quite right.
 */
function refuseForeign({ url, location }: HttpAnswer): void {
  if (location === undefined) return;
  const { host, hostname } = new URL(url);
  const isElsewhere = new URL(location).hostname !== hostname;
  throw new AppError(isElsewhere ? 'NETWORK_SIGN_IN' : 'ANSWER_UNREADABLE', { host });
}
