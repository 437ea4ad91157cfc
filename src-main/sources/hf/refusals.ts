/**
 * What a 4xx of the hub means. `X-Error-Code` decides; where the hub sends none, the status and
 * whether a token was shown.
 */
import { AppError } from '../../../src-shared/errors.ts';
import { type HttpAnswer, isWebPage } from '../../platform/http.ts';

export interface Asked {
  readonly repository?: string;
  readonly revision?: string;
  readonly path?: string;
  /** A token was sent along. */
  readonly signedIn: boolean;
}

/** The only sign of a disabled repository; the hub gives it no code. */
const DISABLED = 'Access to this resource is disabled.';

export function refusalOf(answer: HttpAnswer, asked: Asked): AppError {
  return refusalByCode(answer, asked) ?? refusalByStatus(answer, asked);
}

function refusalByCode({ status, headers }: HttpAnswer, asked: Asked): AppError | null {
  const { repository = '', revision = '', path = '', signedIn } = asked;
  switch (headers['x-error-code']) {
    case 'GatedRepo':
      // 401 although a token was shown: the token counts for nothing. Not admitted is a 403.
      return signedIn && status === 401
        ? new AppError('TOKEN_INVALID', {})
        : new AppError('ACCESS_GATED', { repository, signedIn });
    case 'RepoNotFound':
      return new AppError('REPOSITORY_NOT_FOUND', { repository });
    case 'RevisionNotFound':
      return new AppError('REVISION_NOT_FOUND', { repository, revision });
    case 'EntryNotFound':
      return new AppError('FILE_NOT_FOUND', { path });
    default:
      return null;
  }
}

function refusalByStatus(answer: HttpAnswer, asked: Asked): AppError {
  const { status, headers, body, url } = answer;
  const { repository, path, signedIn } = asked;
  const { host } = new URL(url);
  if (status === 401 && signedIn) return new AppError('TOKEN_INVALID', {});
  if (repository === undefined) return new AppError('SERVER_REFUSED', { host, status });
  if (status === 401) return new AppError('REPOSITORY_HIDDEN', { repository });
  if (headers['x-error-message'] === DISABLED || body.includes(DISABLED)) {
    return new AppError('REPOSITORY_DISABLED', { repository });
  }
  if (status !== 404) return new AppError('SERVER_REFUSED', { host, status });
  // A hub explains what it cannot find in JSON or plain text; a page comes from some other server.
  if (isWebPage(answer)) return new AppError('ANSWER_UNREADABLE', { host });
  return path === undefined
    ? new AppError('REPOSITORY_NOT_FOUND', { repository })
    : new AppError('FILE_NOT_FOUND', { path });
}
