/**
 * Failures as OpenAI's clients expect them, with what Larder knows beside it.
 * @see https://platform.openai.com/docs/guides/error-codes
 */
import type { FastifyError, FastifyReply } from 'fastify';
import type { Decision } from '../../../src-shared/domain/fallback.ts';
import {
  AppError,
  ERRORS,
  type ErrorCode,
  toAppError,
  toErrorReport,
} from '../../../src-shared/errors.ts';

/** The codes that clients look for, where OpenAI has one for the same. */
const THEIR_CODES: Partial<Record<ErrorCode, string>> = {
  CONTEXT_OVERFLOW: 'context_length_exceeded',
  MODEL_NOT_READY: 'model_not_found',
  MODEL_UNKNOWN: 'model_not_found',
  QUEUE_FULL: 'rate_limit_exceeded',
  UNAUTHORIZED: 'invalid_api_key',
};

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** @param param the field of the request that is wrong, where one is */
export function gatewayError(
  error: AppError,
  { param = null, decision }: { readonly param?: string | null; readonly decision?: Decision } = {},
) {
  const { code, retryable, actions } = toErrorReport(error);
  const status = ERRORS[error.code].status;
  return {
    status,
    body: {
      error: {
        message: error.message,
        type: typeOf(status),
        param,
        code: THEIR_CODES[error.code] ?? error.code.toLowerCase(),
        larder: {
          code,
          retryable,
          actions,
          ...(decision && { setup: decision.setup, trace: decision.trace }),
        },
      },
    },
  };
}

export function sendGatewayError(
  reply: FastifyReply,
  thrown: unknown,
  facts: { readonly param?: string | null; readonly decision?: Decision } = {},
): FastifyReply {
  const error = toAppError(thrown);
  const { status, body } = gatewayError(error, facts);
  if (error.retryAfterMs !== undefined) {
    reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
  } else if (ERRORS[error.code].retry !== 'auto') {
    // Clients of OpenAI ask again twice by themselves, also after what a person has stopped.
    reply.header('x-should-retry', 'false');
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send(body);
}

/** What the server itself found wrong with a request: its size, its JSON. */
export function asGatewayFault(error: FastifyError | AppError, limitBytes: number): AppError {
  if (error instanceof AppError) return error;
  if (error.statusCode === 413) return new AppError('BODY_TOO_LARGE', { limitBytes });
  if (error.statusCode && error.statusCode < 500) {
    return new AppError('INPUT_INVALID', { problem: error.message.replace(/\.$/, '') });
  }
  return toAppError(error);
}
