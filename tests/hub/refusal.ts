import type { JsonObject } from './repository.ts';

/** An answer that is not the one hoped for; thrown where it is found out, sent by the origin. */
export class Refusal extends Error {
  readonly status: number;
  /** Goes into X-Error-Code; null when the hub sends none. */
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of a JSON answer. */
  readonly details: JsonObject;

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = options.code ?? null;
    this.headers = options.headers ?? {};
    this.details = options.details ?? {};
  }
}

interface RefusalOptions {
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: JsonObject;
}

const ASK_FOR_TOKEN = {
  'www-authenticate': 'Bearer realm="Authentication required", charset="UTF-8"',
};

/** The same words for a missing and a private repository: an anonymous client cannot tell which. */
export const refuseAnonymous = (): Refusal =>
  new Refusal(401, 'Invalid username or password.', { headers: ASK_FOR_TOKEN });

export const refuseBadToken = (): Refusal =>
  new Refusal(401, 'Invalid credentials in Authorization header', { headers: ASK_FOR_TOKEN });

export const refuseMissingRepository = (): Refusal =>
  new Refusal(404, 'Repository not found', { code: 'RepoNotFound' });

export const refuseDisabled = (): Refusal =>
  new Refusal(403, 'Access to this resource is disabled.');

export const refuseMissingRevision = (revision: string): Refusal =>
  new Refusal(404, `Invalid rev id: ${revision}`, { code: 'RevisionNotFound' });

export const refuseMissingEntry = (path: string, commit: string): Refusal =>
  new Refusal(404, `No file "${path}" at this revision`, {
    code: 'EntryNotFound',
    headers: { 'x-repo-commit': commit },
  });

export function refuseGated(repositoryId: string, signedIn: boolean): Refusal {
  const remedy = signedIn
    ? 'ask for access on its page'
    : 'sign in with an account that has access';
  return new Refusal(
    signedIn ? 403 : 401,
    `Access to model ${repositoryId} is restricted: ${remedy}.`,
    {
      code: 'GatedRepo',
      headers: signedIn ? {} : ASK_FOR_TOKEN,
    },
  );
}

export const refuseInput = (message: string): Refusal => new Refusal(400, message);

export const redirectMoved = (location: string): Refusal =>
  new Refusal(307, `Temporary Redirect. Redirecting to ${location}`, { headers: { location } });
