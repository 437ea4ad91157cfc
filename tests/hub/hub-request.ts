import { type AnswerHeaders, answerWhole, type Exchange } from './exchange.ts';
import type { FaultSurroundings } from './fault-answer.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { HubState } from './hub-state.ts';
import type { Refusal } from './refusal.ts';
import type { HubAccount, JsonObject } from './repository.ts';

/** A request to the first origin, in whatever protocol. */
export interface RouteRequest {
  readonly exchange: Exchange;
  readonly state: HubState;
  /** Decoded. */
  readonly segments: readonly string[];
  /** Those every answer of this protocol carries. */
  readonly headers: AnswerHeaders;
}

/** A request in the protocol of Hugging Face whose sender is known. */
export interface HubRequest extends RouteRequest {
  readonly account: HubAccount | null;
  /** A fault the answer has to take account of itself. */
  readonly fault: FaultPlan | null;
}

export function answerJson(request: RouteRequest, body: unknown, more: AnswerHeaders = {}): void {
  answerWhole(request.exchange, 200, {
    headers: { ...request.headers, 'content-type': 'application/json; charset=utf-8', ...more },
    body: JSON.stringify(body),
  });
}

export function answerText(
  request: RouteRequest,
  status: number,
  answer: { readonly body: string; readonly headers?: AnswerHeaders },
): void {
  answerWhole(request.exchange, status, {
    headers: { ...request.headers, 'content-type': 'text/plain; charset=utf-8', ...answer.headers },
    body: answer.body,
  });
}

/**
 * How an error is put: `hub-…` as Hugging Face does, with headers that say the same, JSON from the
 * API and text from file addresses; the others as their protocol does.
 */
export type RefusalStyle = 'hub-json' | 'hub-text' | 'text' | 'registry' | 'civitai' | 'modelscope';

export function answerRefusal(
  exchange: Exchange,
  refusal: Refusal,
  context: { readonly headers: AnswerHeaders; readonly style: RefusalStyle },
): void {
  const { style } = context;
  const isText = style === 'text' || style === 'hub-text';
  answerWhole(exchange, refusal.status, {
    headers: {
      ...context.headers,
      ...(style.startsWith('hub-') ? errorHeaders(refusal) : {}),
      ...refusal.headers,
      'content-type': `${isText ? 'text/plain' : 'application/json'}; charset=utf-8`,
    },
    body: isText ? refusal.message : JSON.stringify(errorJson(refusal, style)),
  });
}

function errorHeaders({ status, code, message }: Refusal): AnswerHeaders {
  return {
    ...(status >= 400 ? { 'x-error-message': message.replace(/[^\x20-\x7e]/g, '?') } : {}),
    ...(code === null ? {} : { 'x-error-code': code }),
  };
}

function errorJson({ status, code, message, details }: Refusal, style: RefusalStyle): JsonObject {
  if (style === 'registry') return { errors: [{ code: code ?? 'UNKNOWN', message }] };
  if (style === 'modelscope') return { Code: status, Data: null, Message: message, Success: false };
  return { error: message, ...details };
}

export function hubSurroundings(
  state: HubState,
  headers: AnswerHeaders,
  pointer: FaultSurroundings['pointer'] = null,
): FaultSurroundings {
  return { headers, errorStyle: 'json', pointer, released: state.released };
}
