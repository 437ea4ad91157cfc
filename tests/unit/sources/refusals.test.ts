import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../src-main/platform/http.ts';
import { refusalOf } from '../../../src-main/sources/hf/refusals.ts';

interface Case {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly body?: string;
  readonly type?: string;
}

function refuse(
  { status, code, message, body = '', type = 'text/plain' }: Case,
  signedIn: boolean,
  path?: string,
) {
  const answer: HttpAnswer = {
    url: 'https://hub.example/api/models/org/name',
    status,
    headers: { 'content-type': type, 'x-error-code': code, 'x-error-message': message },
    body,
  };
  const asked = { repository: 'org/name', revision: 'v1', signedIn, ...(path && { path }) };
  return refusalOf(answer, asked).code;
}

describe('a refusal by the hub', () => {
  it.each<[Case, string, string]>([
    [{ status: 401, code: 'GatedRepo' }, 'ACCESS_GATED', 'TOKEN_INVALID'],
    [{ status: 403, code: 'GatedRepo' }, 'ACCESS_GATED', 'ACCESS_GATED'],
    [{ status: 404, code: 'RepoNotFound' }, 'REPOSITORY_NOT_FOUND', 'REPOSITORY_NOT_FOUND'],
    [{ status: 404, code: 'RevisionNotFound' }, 'REVISION_NOT_FOUND', 'REVISION_NOT_FOUND'],
    [{ status: 404, code: 'EntryNotFound' }, 'FILE_NOT_FOUND', 'FILE_NOT_FOUND'],
    [
      { status: 401, message: 'Invalid username or password.' },
      'REPOSITORY_HIDDEN',
      'TOKEN_INVALID',
    ],
    [
      { status: 403, message: 'Access to this resource is disabled.' },
      'REPOSITORY_DISABLED',
      'REPOSITORY_DISABLED',
    ],
    [
      { status: 403, body: '{"error":"Access to this resource is disabled."}' },
      'REPOSITORY_DISABLED',
      'REPOSITORY_DISABLED',
    ],
    [{ status: 404 }, 'REPOSITORY_NOT_FOUND', 'REPOSITORY_NOT_FOUND'],
    [{ status: 404, type: 'text/html' }, 'ANSWER_UNREADABLE', 'ANSWER_UNREADABLE'],
    [{ status: 403 }, 'SERVER_REFUSED', 'SERVER_REFUSED'],
    [{ status: 400, code: 'SomethingNew' }, 'SERVER_REFUSED', 'SERVER_REFUSED'],
    [{ status: 407 }, 'SERVER_REFUSED', 'SERVER_REFUSED'],
  ])('%j is %s anonymously and %s with a token', (refusal, anonymous, signedIn) => {
    expect(refuse(refusal, false)).toBe(anonymous);
    expect(refuse(refusal, true)).toBe(signedIn);
  });

  it('speaks of the file where one was asked for', () => {
    expect(refuse({ status: 404 }, false, 'model.gguf')).toBe('FILE_NOT_FOUND');
  });

  it('speaks of no repository where none was asked for', () => {
    const answer = { url: 'https://hub.example/api/models', status: 401, headers: {}, body: '' };
    expect(refusalOf(answer, { signedIn: false })).toMatchObject({
      code: 'SERVER_REFUSED',
      params: { host: 'hub.example', status: 401 },
    });
  });
});
