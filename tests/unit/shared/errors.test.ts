import { describe, expect, it } from 'vitest';
import {
  ACTION_LABELS,
  AppError,
  ERRORS,
  type ErrorCode,
  errorReportSchema,
  toAppError,
  toErrorReport,
} from '../../../src-shared/errors.ts';

/** Stands in for the parameters of any code. */
const PARAMS = {
  action: 'pause',
  available: 'Q4_K_M',
  by: 'the command line',
  count: 2,
  folder: '/models',
  found: 'a web page',
  freeBytes: 1,
  freedBytes: 2,
  rules: 'Old',
  host: 'hub.example',
  keptAs: 'settings.damaged.json',
  key: 'api.port',
  modelId: 'hf:org/name',
  name: 'registry.json',
  neededBytes: 2,
  other: 'b',
  path: 'model.gguf',
  place: '/models/model.gguf',
  missing: 'model.gguf',
  pid: 42,
  port: 4711,
  problem: 'no name given',
  reason: 'it has expired',
  recovered: true,
  reference: 'nonsense',
  repository: 'org/name',
  revision: 'main',
  scheme: 'ftp',
  secret: 'token',
  signedIn: true,
  silentMs: 30_000,
  source: 'ollama',
  state: 'done',
  status: 503,
  target: 'localhost',
  until: '2026-01-31',
  variant: 'Q9',
  format: 'safetensors',
  id: 'r-12',
  limit: 8192,
  limitBytes: 20,
  model: 'name Q4_K_M',
  task: 'embeddings',
  tokens: 9000,
  url: 'http://127.0.0.1:1234',
  why: 'it is not downloaded',
} as const;

const codes = Object.keys(ERRORS) as ErrorCode[];
const errorOf = (code: ErrorCode) => new AppError(code, PARAMS as never);

describe('every error', () => {
  it.each(codes)('%s has a title, a sentence and a status', (code) => {
    const { title, status } = ERRORS[code];
    expect(title).toMatch(/^[A-Z]/);
    expect(title).not.toMatch(/[.!]$/);
    expect(errorOf(code).message).toMatch(/[.?]$/);
    expect(errorOf(code).message).not.toMatch(/undefined|null|NaN|\[object/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  });

  it.each(codes)('%s says what can be done, or that trying again is no use', (code) => {
    const { retry, actions } = ERRORS[code];
    expect(actions.length > 0 || retry === 'never').toBe(true);
    expect(new Set(actions).size).toBe(actions.length);
    for (const action of actions) expect(ACTION_LABELS[action]).toBeTruthy();
  });

  it.each(codes)('%s offers to try again only where that can help', (code) => {
    const { retry, actions } = ERRORS[code];
    if (retry === 'never') expect(actions).not.toContain('retry');
  });

  it.each(codes)('%s becomes a report that survives storage', (code) => {
    const report = toErrorReport(errorOf(code));
    expect(errorReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.code).toBe(code);
    expect(report.retryable).toBe(ERRORS[code].retry !== 'never');
  });

  it('has codes written in capitals', () => {
    for (const code of codes) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });
});

describe('messages', () => {
  it('fits the sentence to its facts', () => {
    const hidden = { repository: 'org/name' };
    expect(new AppError('ACCESS_GATED', { ...hidden, signedIn: true }).message).toContain(
      'Your account',
    );
    expect(new AppError('ACCESS_GATED', { ...hidden, signedIn: false }).message).toContain('token');
    expect(new AppError('TRANSFER_STALLED', { path: 'a', silentMs: 29_600 }).message).toContain(
      '30 seconds',
    );
    expect(new AppError('NETWORK_OFFLINE', { host: 'hub.example' }).message).toBe(
      'hub.example cannot be reached; it may be down, or this computer is offline.',
    );
    const damaged = { name: 'a', keptAs: 'b' };
    expect(new AppError('DOCUMENT_DAMAGED', { ...damaged, recovered: true }).message).toContain(
      'restored',
    );
    expect(new AppError('DOCUMENT_DAMAGED', { ...damaged, recovered: false }).message).toContain(
      'rebuilt',
    );
  });
});

describe('AppError', () => {
  it('keeps the cause and the wait', () => {
    const cause = new Error('deep');
    const error = new AppError('RATE_LIMITED', { host: 'h' }, { cause, retryAfterMs: 7000 });
    expect(error).toMatchObject({
      name: 'AppError',
      cause,
      retryAfterMs: 7000,
      params: { host: 'h' },
    });
  });

  it('is left alone by toAppError, and wraps anything else as a fault of our own', () => {
    const error = errorOf('MODEL_UNKNOWN');
    expect(toAppError(error)).toBe(error);
    const cause = new TypeError('x is not a function');
    expect(toAppError(cause)).toMatchObject({
      code: 'INTERNAL',
      cause,
      params: { problem: 'x is not a function' },
    });
    expect(toAppError('just text').params).toEqual({ problem: 'just text' });
  });
});
