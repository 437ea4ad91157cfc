import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerHead,
  type Asked,
  readAnswer,
  refuseImpostor,
} from '../../../src-main/engines/download/answer.ts';
import { AppError } from '../../../src-shared/errors.ts';

const asked: Asked = {
  path: 'weights.gguf',
  span: { from: 100, to: 1000 },
  sizeBytes: 1000,
  host: 'hub.example',
  redirected: true,
};
const answer = (status: number, headers: AnswerHead['headers'] = {}) => ({ status, headers });

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('criterion 12: which bytes an answer offers', () => {
  it.each([
    ['the asked range', 206, 'bytes 100-999/1000', '900', 1000],
    ['a shorter range', 206, 'bytes 100-499/1000', '400', 500],
    ['an unknown total', 206, 'bytes 100-999/*', undefined, 1000],
    ['the right range under status 200', 200, 'bytes 100-999/1000', '900', 1000],
  ])('takes %s', (_name, status, range, length, to) => {
    const headers = { 'content-range': range, 'content-length': length };
    expect(readAnswer(answer(status, headers), asked)).toEqual({ kind: 'span', to });
  });

  it.each([
    ['another start', 'bytes 0-999/1000', '1000'],
    ['another total', 'bytes 100-999/2000', '900'],
    ['an end beyond the file', 'bytes 100-1000/1000', '901'],
    ['a length that is not the range', 'bytes 100-999/1000', '899'],
    ['words', 'all of it', '900'],
  ])('refuses %s', (_name, range, length) => {
    const head = answer(206, { 'content-range': range, 'content-length': length });
    expect(codeOf(() => readAnswer(head, asked))).toBe('RANGE_WRONG');
  });

  it('refuses a 206 that does not say which bytes it holds', () => {
    expect(codeOf(() => readAnswer(answer(206), asked))).toBe('RANGE_WRONG');
  });

  it('refuses more than was asked for, even if it is of the file', () => {
    const head = answer(206, { 'content-range': 'bytes 100-999/1000', 'content-length': '900' });
    const less = { ...asked, span: { from: 100, to: 500 } };
    expect(codeOf(() => readAnswer(head, less))).toBe('RANGE_WRONG');
  });

  it('refuses a part where the whole was asked for', () => {
    const head = answer(206, { 'content-range': 'bytes 0-99/1000', 'content-length': '100' });
    expect(codeOf(() => readAnswer(head, { ...asked, span: null }))).toBe('RANGE_WRONG');
  });

  it('criterion 11: knows a whole file when the range was ignored', () => {
    const head = answer(200, { 'content-length': '1000' });
    expect(readAnswer(head, asked)).toEqual({ kind: 'whole' });
  });

  it('criterion 10: refuses a whole file of another size', () => {
    const head = answer(200, { 'content-length': '1001' });
    expect(codeOf(() => readAnswer(head, asked))).toBe('CONTENT_CHANGED');
  });

  it('knows from a 416 whether the file has another size now', () => {
    const same = answer(416, { 'content-range': 'bytes */1000' });
    const other = answer(416, { 'content-range': 'bytes */999' });
    expect(codeOf(() => readAnswer(same, asked))).toBe('RANGE_WRONG');
    expect(codeOf(() => readAnswer(other, asked))).toBe('CONTENT_CHANGED');
  });

  it('never offers bytes that were not asked for, whatever Content-Range claims', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.nat(2000), (first, last, total) => {
        const head = answer(206, { 'content-range': `bytes ${first}-${last}/${total}` });
        const right = first === 100 && last >= 100 && last < asked.sizeBytes && total === 1000;
        if (!right) expect(codeOf(() => readAnswer(head, asked))).toBe('RANGE_WRONG');
      }),
    );
  });
});

describe('what a refusal means', () => {
  it.each([
    [503, true, 'SERVER_FAILED'],
    [408, true, 'SERVER_FAILED'],
    [429, false, 'RATE_LIMITED'],
    [403, true, 'LINK_EXPIRED'],
    [403, false, 'SERVER_REFUSED'],
    [404, false, 'FILE_NOT_FOUND'],
    [511, false, 'NETWORK_SIGN_IN'],
    [412, true, 'CONTENT_CHANGED'],
  ])('%i (redirected: %s) is %s', (status, redirected, code) => {
    expect(codeOf(() => readAnswer(answer(status), { ...asked, redirected }))).toBe(code);
  });

  it('passes on how long to wait', () => {
    const head = { ...answer(503), retryAfterMs: 7000 };
    expect(() => readAnswer(head, asked)).toThrow(expect.objectContaining({ retryAfterMs: 7000 }));
  });
});

describe('criterion 14: pages that pose as model files', () => {
  it('refuses a web page by its type', () => {
    const head = answer(200, { 'content-type': 'text/html; charset=utf-8' });
    expect(codeOf(() => readAnswer(head, asked))).toBe('NOT_A_MODEL_FILE');
  });

  it.each(['<!DOCTYPE html><p>', '  <html>', '<?xml version="1.0"?>', '{"error":"no"}'])(
    'refuses a body that begins with %s',
    (text) => {
      const look = () => refuseImpostor('a.gguf', new TextEncoder().encode(text));
      expect(codeOf(look)).toBe('NOT_A_MODEL_FILE');
    },
  );

  it('refuses a pointer of Git LFS', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n';
    const look = () => refuseImpostor('a.safetensors', new TextEncoder().encode(pointer));
    expect(codeOf(look)).toBe('NOT_A_MODEL_FILE');
  });

  it('takes text where text is expected, and weights anywhere', () => {
    refuseImpostor('config.json', new TextEncoder().encode('{"error":1}'));
    refuseImpostor('a.gguf', new TextEncoder().encode('GGUF\u0003'));
  });
});
