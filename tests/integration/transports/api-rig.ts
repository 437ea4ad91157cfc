/** A running local API over recording handlers, and a client that speaks raw HTTP to it. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createDispatch } from '../../../src-main/transports/dispatch.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import { createHttpApi } from '../../../src-main/transports/http/http-api.ts';
import type { OperationHandlers } from '../../../src-shared/contract/operations.ts';
import { createManualClock } from '../../unit/transports/manual-clock.ts';
import { createRecordingHandlers, createRecordingLog } from '../../unit/transports/recording.ts';

export const TOKEN = 'correct-horse-battery-staple';

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

interface RigOptions {
  readonly overrides?: Partial<OperationHandlers>;
  readonly bufferLimitBytes?: number;
}

export async function startApi({ overrides = {}, bufferLimitBytes }: RigOptions = {}) {
  const { calls, handlers } = createRecordingHandlers();
  const { errors, log } = createRecordingLog();
  const { clock, advance, pending } = createManualClock();
  const bus = createEventBus({ clock, log });
  const api = createHttpApi({
    dispatch: createDispatch({ ...handlers, ...overrides }, log),
    bus,
    clock,
    log,
    token: TOKEN,
    version: '1.2.3',
    ...(bufferLimitBytes !== undefined && { bufferLimitBytes }),
  });
  const { url } = await api.start(0);
  const port = Number(new URL(url).port);

  /** Sends exactly these headers, as fetch would not. */
  function send({ method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const sending = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = () => JSON.parse(text) as Record<string, unknown>;
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
        });
      });
      sending.on('error', reject);
      sending.end(body);
    });
  }

  const authorized = (request: RawRequest) =>
    send({ ...request, headers: { authorization: `Bearer ${TOKEN}`, ...request.headers } });

  const sendJson = (method: string, path: string, body: unknown) =>
    authorized({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  return { api, url, port, bus, calls, errors, advance, pending, send, authorized, sendJson };
}

export type ApiRig = Awaited<ReturnType<typeof startApi>>;
