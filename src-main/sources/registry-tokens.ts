/**
 * Tokens that registries give to anybody who asks: a 401 names the place (`realm`), which is believed
 * only at the same host. @see https://distribution.github.io/distribution/spec/auth/token/
 */
import { z } from 'zod';
import { type HttpAnswer, type HttpClient, readJson } from '../platform/http.ts';

type Authorization = Readonly<Record<string, string>>;

export interface RegistryTokens {
  /** Asks with the token known for this host; a 401 that says where to get another is followed once. */
  ask(
    about: { readonly url: string; readonly signal?: AbortSignal | undefined },
    send: (authorization: Authorization) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer>;
}

const tokenSchema = z
  .object({ token: z.string().min(1), access_token: z.string().min(1) })
  .partial()
  .transform(({ token, access_token }) => token ?? access_token)
  .pipe(z.string().regex(/^[\x21-\x7e]+$/));

/** One token per repository, kept until it is refused. */
export function createRegistryTokens(http: HttpClient): RegistryTokens {
  const known = new Map<string, string>();
  return {
    ask: async ({ url, signal }, send) => {
      const key = repositoryOf(url);
      const token = known.get(key);
      const answer = await send(toHeader(token));
      const realm = answer.status === 401 ? realmOf(answer, url) : undefined;
      if (realm === undefined) return answer;
      const headers = { accept: 'application/json' };
      const given = await http.follow({ url: realm, headers, signal });
      if (given.status !== 200 || given.location !== undefined) return answer;
      const fresh = readJson(given, tokenSchema);
      known.set(key, fresh);
      return send(toHeader(fresh));
    },
  };
}

const toHeader = (token: string | undefined): Authorization =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

const repositoryOf = (url: string) => url.replace(/\/(manifests|blobs)\/[^/]*$/, '');

/** `Bearer realm="…",service="…",scope="…"`, as the address to ask. */
function realmOf({ headers }: HttpAnswer, asked: string): string | undefined {
  const challenge = headers['www-authenticate'] ?? '';
  if (!/^\s*bearer\s/i.test(challenge)) return undefined;
  const fields = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const realm = fields.get('realm') ?? '';
  if (!URL.canParse(realm) || new URL(realm).origin !== new URL(asked).origin) return undefined;
  const url = new URL(realm);
  for (const name of ['service', 'scope']) {
    const value = fields.get(name);
    if (value) url.searchParams.set(name, value);
  }
  return url.href;
}
