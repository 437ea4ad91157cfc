import { type AnswerHeaders, answerWhole, type Exchange, untilClosed } from './exchange.ts';
import type { FaultPlan } from './fault-plan.ts';

/** What differs between the two origins when a fault answers in place of the real thing. */
export interface FaultSurroundings {
  /** Headers every answer of this origin carries. */
  readonly headers: AnswerHeaders;
  readonly errorStyle: 'json' | 'xml';
  /** The text git would hold in place of the file, where there is one. */
  readonly pointer: (() => Promise<string>) | null;
  /** Resolves when stalled answers are let go. */
  readonly released: () => Promise<void>;
}

export const SIGN_IN_PAGE =
  '<!doctype html><html><head><title>Sign in to this network</title></head>' +
  '<body><h1>Welcome</h1><form method="post"><input name="room"><button>Connect</button></form></body></html>\n';

/**
 * Answers in place of the real thing when the fault says so.
 *
 * @returns true when the exchange is over, false when the real answer should follow
 */
export async function answerWithFault(
  exchange: Exchange,
  fault: FaultPlan,
  surroundings: FaultSurroundings,
): Promise<boolean> {
  exchange.record.fault = fault.kind;
  switch (fault.kind) {
    case 'status':
      answerStatus(exchange, fault, surroundings);
      return true;
    case 'html':
      answerText(exchange, surroundings, {
        type: fault.contentType ?? 'text/html; charset=utf-8',
        body: fault.body ?? SIGN_IN_PAGE,
      });
      return true;
    case 'lfs-pointer':
      answerText(exchange, surroundings, {
        type: fault.contentType ?? 'text/plain; charset=utf-8',
        body: fault.body ?? (await surroundings.pointer?.()) ?? '',
      });
      return true;
    case 'fin':
    case 'rst':
    case 'stall':
      return fault.beforeHeaders ? interrupt(exchange, fault.kind, surroundings.released()) : false;
    default:
      return false;
  }
}

/** Ends or halts the connection here. @returns true when nothing may follow */
export async function interrupt(
  exchange: Exchange,
  kind: 'fin' | 'rst' | 'stall',
  released: Promise<void>,
): Promise<boolean> {
  const { socket, rawSocket, response } = exchange;
  if (kind === 'stall') {
    await Promise.race([released, untilClosed(response)]);
    return response.destroyed;
  }
  if (kind === 'rst') rawSocket.resetAndDestroy();
  else socket.end(() => socket.destroy());
  return true;
}

export function xmlError(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

function answerStatus(
  exchange: Exchange,
  fault: FaultPlan,
  { headers, errorStyle }: FaultSurroundings,
): void {
  const status = fault.status ?? 503;
  const message = `Status ${status} by request of a test`;
  const isXml = errorStyle === 'xml';
  const body = isXml
    ? xmlError(status === 403 ? 'AccessDenied' : 'ServiceError', message)
    : JSON.stringify({ error: message });
  const { retryAfter, rateLimitResetSeconds } = fault;
  answerWhole(exchange, status, {
    headers: {
      ...headers,
      'content-type':
        fault.contentType ?? (isXml ? 'application/xml' : 'application/json; charset=utf-8'),
      ...(isXml ? {} : { 'x-error-message': message }),
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      ...(rateLimitResetSeconds === undefined
        ? {}
        : { ratelimit: `"resolvers";r=0;t=${rateLimitResetSeconds}` }),
    },
    body: fault.body ?? body,
  });
}

function answerText(
  exchange: Exchange,
  { headers }: FaultSurroundings,
  text: { readonly type: string; readonly body: string },
): void {
  answerWhole(exchange, 200, {
    headers: { ...headers, 'content-type': text.type },
    body: text.body,
  });
}
