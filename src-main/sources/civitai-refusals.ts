/** What a 4xx of Civitai means, or a page for people where a file was asked for. */
import { z } from 'zod';
import { AppError } from '../../src-shared/errors.ts';
import type { RepositoryListing } from '../engines/ports.ts';
import { type HttpAnswer, isWebPage } from '../platform/http.ts';

export interface Asked {
  readonly repository: string;
  /** When a file was asked for. */
  readonly path?: string;
  /** A token was sent along. */
  readonly signedIn: boolean;
}

const deadlineSchema = z.object({ deadline: z.iso.datetime({ offset: true }) });
/** Where browsers are sent to sign in. */
const LOGIN = /^\/login\b/;

/** Silent for answers that are none of these. */
export function refuseCivitai(answer: HttpAnswer, asked: Asked): void {
  const { status, url } = answer;
  const { host, pathname } = new URL(url);
  if (LOGIN.test(pathname)) throw notSignedIn(asked, host);
  if (status >= 400) throw refusalOf(answer, asked);
  if (isWebPage(answer)) throw new AppError('NETWORK_SIGN_IN', { host });
}

function refusalOf({ status, url, body }: HttpAnswer, asked: Asked): AppError {
  const { repository, path, signedIn } = asked;
  const { host } = new URL(url);
  switch (status) {
    case 401:
      return notSignedIn(asked, host);
    case 403:
      return isEarlyAccess(body)
        ? new AppError('EARLY_ACCESS', { repository, until: deadlineIn(body) })
        : new AppError('ACCESS_GATED', { repository, signedIn });
    case 404:
      return path === undefined
        ? new AppError('REPOSITORY_NOT_FOUND', { repository })
        : new AppError('FILE_NOT_FOUND', { path });
    case 410:
      return new AppError('REPOSITORY_ARCHIVED', { repository });
    default:
      return new AppError('SERVER_REFUSED', { host, status });
  }
}

const notSignedIn = ({ signedIn }: Asked, host: string) =>
  signedIn ? new AppError('TOKEN_INVALID', {}) : new AppError('SIGN_IN_NEEDED', { host });

const isEarlyAccess = (body: string) => /early access/i.test(body) || deadlineIn(body) !== null;

/** The day it ends. */
function deadlineIn(body: string): string | null {
  try {
    return deadlineSchema.parse(JSON.parse(body)).deadline.slice(0, 'yyyy-mm-dd'.length);
  } catch {
    return null;
  }
}

export type Access = Pick<RepositoryListing, 'access' | 'earlyAccessUntil'>;

/** What a person lacks after such a refusal, or `null` when it is about something else. */
export function accessAfter(error: unknown): Access | null {
  if (!(error instanceof AppError)) return null;
  switch (error.code) {
    case 'SIGN_IN_NEEDED':
    case 'TOKEN_INVALID':
      return { access: 'needs-token' };
    case 'ACCESS_GATED':
      return { access: 'needs-grant' };
    case 'EARLY_ACCESS': {
      const { until } = (error as AppError<'EARLY_ACCESS'>).params;
      return { access: 'early-access', ...(until !== null && { earlyAccessUntil: until }) };
    }
    default:
      return null;
  }
}
