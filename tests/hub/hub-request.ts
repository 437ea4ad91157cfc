import { type AnswerHeaders, answerWhole, type Exchange } from './exchange.ts';
import type { FaultSurroundings } from './fault-answer.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { HubState } from './hub-state.ts';
import type { Refusal } from './refusal.ts';
import type { HubAccount } from './repository.ts';

/** A request to the first origin whose sender is known. */
export interface HubRequest {
  readonly exchange: Exchange;
  readonly state: HubState;
  readonly account: HubAccount | null;
  /** Decoded. */
  readonly segments: readonly string[];
  /** Those every answer of the hub carries. */
  readonly headers: AnswerHeaders;
  /** A fault the answer has to take account of itself. */
  readonly fault: FaultPlan | null;
}

export function answerJson(request: HubRequest, body: unknown, more: AnswerHeaders = {}): void {
  answerWhole(request.exchange, 200, {
    headers: { ...request.headers, 'content-type': 'application/json; charset=utf-8', ...more },
    body: JSON.stringify(body),
  });
}

export function answerText(
  request: HubRequest,
  status: number,
  answer: { readonly body: string; readonly headers?: AnswerHeaders },
): void {
  answerWhole(request.exchange, status, {
    headers: { ...request.headers, 'content-type': 'text/plain; charset=utf-8', ...answer.headers },
    body: answer.body,
  });
}

/** The API answers errors as JSON, file addresses as text; the headers are the same. */
export function answerRefusal(
  exchange: Exchange,
  refusal: Refusal,
  context: { readonly headers: AnswerHeaders; readonly isApi: boolean },
): void {
  const { status, code, message } = refusal;
  answerWhole(exchange, status, {
    headers: {
      ...context.headers,
      ...(status >= 400 ? { 'x-error-message': message.replace(/[^\x20-\x7e]/g, '?') } : {}),
      ...(code === null ? {} : { 'x-error-code': code }),
      ...refusal.headers,
      'content-type': context.isApi
        ? 'application/json; charset=utf-8'
        : 'text/plain; charset=utf-8',
    },
    body: context.isApi ? JSON.stringify({ error: message }) : message,
  });
}

export function hubSurroundings(
  state: HubState,
  headers: AnswerHeaders,
  pointer: string | null = null,
): FaultSurroundings {
  return { headers, errorStyle: 'json', pointer, released: state.released };
}
