import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDispatch } from '../../../src-main/transports/dispatch.ts';
import {
  OPERATION_NAMES,
  OPERATIONS,
  type OperationHandlers,
} from '../../../src-shared/contract/operations.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { sampleInput } from './contract-samples.ts';
import { createRecordingHandlers, createRecordingLog } from './recording.ts';

function setup(overrides: Partial<Record<string, (input: never) => unknown>> = {}) {
  const { calls, handlers } = createRecordingHandlers();
  const { errors, log } = createRecordingLog();
  const dispatch = createDispatch({ ...handlers, ...overrides } as OperationHandlers, log);
  return { calls, dispatch, errors };
}

describe('the dispatcher', () => {
  it.each(OPERATION_NAMES)('calls %s with its defaults filled in', async (name) => {
    const { calls, dispatch, errors } = setup();
    const input = sampleInput(name);
    const answer = await dispatch.call(name, input);
    expect(errors).toEqual([]);
    expect(answer.ok).toBe(true);
    expect(calls).toEqual([{ name, input: OPERATIONS[name].input.parse(input) }]);
  });

  it('takes no input as an empty one, but not null', async () => {
    const { dispatch } = setup();
    expect(await dispatch.call('models.list', undefined)).toMatchObject({ ok: true });
    expect(await dispatch.call('models.list', null)).toMatchObject({ ok: false });
  });

  it.each(['models.explode', '', '__proto__', 'constructor', 'toString'])(
    'knows no operation %j',
    async (name) => {
      const answer = await setup().dispatch.call(name, {});
      expect(answer).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    },
  );

  it('says where an input is wrong', async () => {
    const { calls, dispatch } = setup();
    const answer = await dispatch.call('downloads.manage', { action: 'start', priority: 99 });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'INPUT_INVALID', detail: expect.stringContaining('priority: ') },
    });
    expect(calls).toEqual([]);
  });

  it('refuses unknown keys: a typing error must not let a default hold', async () => {
    const { calls, dispatch } = setup();
    const mistyped = { action: 'cancel', modelID: 'hf:owner/name' };
    expect(await dispatch.call('downloads.manage', mistyped)).toMatchObject({
      ok: false,
      error: { code: 'INPUT_INVALID', detail: expect.stringContaining('modelID') },
    });
    expect(calls).toEqual([]);
  });

  it('passes expected failures on as reports, without logging them', async () => {
    const failing = () => Promise.reject(new AppError('MODEL_UNKNOWN', { modelId: 'hf:a/b' }));
    const { dispatch, errors } = setup({ 'models.remove': failing });
    const answer = await dispatch.call('models.remove', { id: 'hf:a/b' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'MODEL_UNKNOWN', retryable: false } });
    expect(errors).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('x is undefined');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('x is undefined'))],
  ])('turns what a handler %s into INTERNAL, and logs its cause', async (_, failing) => {
    const { dispatch, errors } = setup({ 'models.list': failing });
    expect(await dispatch.call('models.list', {})).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(errors).toMatchObject([
      { facts: { operation: 'models.list', problem: 'x is undefined', stack: expect.any(String) } },
    ]);
  });

  it('lets no answer out that breaks the contract, and nothing beyond it', async () => {
    const right = { freedBytes: 5, undoUntil: null };
    const answers = [
      { ...right, freedBytes: -1 },
      { ...right, secret: 'x' },
    ];
    const { dispatch } = setup({ 'models.remove': async () => answers.shift() });
    expect(await dispatch.call('models.remove', { id: 'a' })).toMatchObject({ ok: false });
    expect(await dispatch.call('models.remove', { id: 'a' })).toEqual({
      ok: true,
      value: right,
    });
  });

  it('never rejects, and never lets an unchecked input through', async () => {
    const { calls, dispatch } = setup();
    const names = fc.constantFrom(...OPERATION_NAMES);
    const keys = fc.constantFrom(
      'id',
      'ref',
      'action',
      'api',
      'limit',
      'place',
      'token',
      '__proto__',
    );
    const inputs = fc.oneof(fc.anything(), fc.dictionary(keys, fc.anything()));
    await fc.assert(
      fc.asyncProperty(names, inputs, async (name, input) => {
        calls.length = 0;
        const answer = await dispatch.call(name, input);
        expect(answer.ok).toBe(calls.length === 1);
        for (const call of calls) {
          const schema = OPERATIONS[call.name].input;
          expect(schema.parse(call.input)).toEqual(call.input);
        }
      }),
      { numRuns: 500 },
    );
  });
});
