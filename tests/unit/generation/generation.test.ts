import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGeneration } from '../../../src-main/engines/generation/generation.ts';
import type {
  AnyJob,
  Decides,
  RunnableModel,
  Runtime,
  Use,
} from '../../../src-main/engines/generation/ports.ts';
import { createRequests } from '../../../src-main/engines/generation/requests.ts';
import { createNameIndex } from '../../../src-main/engines/generation/resolve-name.ts';
import { NotNow, type WaitingRoom } from '../../../src-main/engines/generation/waiting-room.ts';
import type { Decision } from '../../../src-shared/domain/fallback.ts';
import { AppError, type ErrorCode } from '../../../src-shared/errors.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';
import { createForwardClock } from '../../support/forward-clock.ts';

const CRASH = new AppError('RUNTIME_CRASHED', { model: 'm' });
const SHORT = new AppError('MEMORY_SHORT', { model: 'm', neededBytes: 2, freeBytes: 1 });
const never = () => new AbortController().signal;
const job = (model: string): AnyJob => ({
  kind: 'chat',
  body: { model, messages: [{ role: 'user', content: 'hello' }] },
});

/** What a runtime does each time it is asked: words, or a failure after so many of them. */
type Run = readonly (string | AppError)[];

/** The engine over models `a` to `c`, which are here, run by something that does as it is told. */
function rig({ runs = [], loads = {} }: { runs?: Run[]; loads?: Record<string, AppError> }) {
  const clock = createForwardClock();
  const uses: Use[] = [];
  const outcomes: { modelId: string; success: boolean }[] = [];
  const decisions: { modelId: string; except: readonly string[] }[] = [];
  const left = [...runs];
  const runtime: Pick<Runtime, 'id' | 'canRun' | 'load' | 'generate'> = {
    id: 'fake',
    canRun: () => ({ runs: true }),
    load: async ({ id: modelId }) => {
      const failure = loads[modelId];
      if (failure) throw failure;
      return { loadMs: 1, settings: 'fake' };
    },
    generate: async (_model, _job, { onDelta, signal }) => {
      for (const piece of left.shift() ?? ['hi']) {
        signal.throwIfAborted();
        if (typeof piece !== 'string') throw piece;
        onDelta({ content: piece });
      }
      return { finishReason: 'stop', promptTokens: 1, tokens: 1 };
    },
  };
  const here = (modelId: string): RunnableModel | null =>
    /^[abc]$/.test(modelId)
      ? { kind: 'served', id: modelId, runtimeId: 'fake', name: modelId }
      : null;
  const fallback: Decides = {
    decide: async ({ modelId, except }) => {
      decisions.push({ modelId, except });
      const other = ['a', 'b', 'c'].find((one) => one !== modelId && !except.includes(one)) ?? null;
      return {
        requestedId: modelId,
        modelId: other,
        strategy: other === null ? 'refuse' : 'alternative',
        trace: [],
        suggestions: [],
        setup: [],
        etaMs: null,
        startsDownload: false,
      } satisfies Decision;
    },
    noteOutcome: ({ modelId, success }) => outcomes.push({ modelId, success }),
  };
  const requests = createRequests({ clock, publish: () => {}, newId: randomUUID });
  const generation = createGeneration({
    ...{ clock, requests, fallback },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    waiting: () => ({ cancel: () => {} }) as unknown as WaitingRoom,
    names: () => ({
      aliases: [],
      index: createNameIndex([]),
      served: ['a', 'b', 'c'].map((one) => ({ id: one, name: one })),
      availability: () => 'missing',
      idOfReference: () => null,
    }),
    runtimes: () => [runtime as Runtime],
    model: here,
    remote: () => null,
    loadOrMend: async ({ load, signal }) => {
      try {
        return { kind: 'loaded', value: await load(signal) };
      } catch (error) {
        return { kind: 'alternative', error: error as AppError };
      }
    },
    ensure: async () => null,
    outlook: () => ({ etaMs: null, downloadedBytes: 0, totalBytes: 0 }),
    used: (use) => uses.push(use),
    settings: () => DEFAULT_SETTINGS.fallback,
  });
  const ask = (model: string, signal = never(), onDelta = () => {}) =>
    generation.ask({ job: job(model), app: null, canQueue: false, signal, onDelta });
  return { generation, requests, ask, uses, outcomes, decisions };
}

const servedBy = (outcome: Awaited<ReturnType<ReturnType<typeof rig>['ask']>>) =>
  outcome.kind === 'answered' ? outcome.answer.head.modelId : outcome.kind;
const codes = (uses: readonly Use[]) => uses.map(({ error }) => error?.code ?? 'well');

describe('one answer', () => {
  it('is asked for once more when its process ends before the first word', async () => {
    const { ask, uses } = rig({ runs: [[CRASH], ['hi']] });
    expect(servedBy(await ask('a'))).toBe('a');
    expect(codes(uses)).toEqual(['RUNTIME_CRASHED', 'well']);
  });

  it('fails when its process ends after it has begun, or twice', async () => {
    await expect(rig({ runs: [['hi', CRASH]] }).ask('a')).rejects.toBe(CRASH);
    await expect(rig({ runs: [[CRASH], [CRASH]] }).ask('a')).rejects.toBe(CRASH);
  });

  it('that was given up is neither a success nor a failure of its model', async () => {
    const gone = new AbortController();
    const { ask, uses, requests } = rig({ runs: [['one', 'two', 'three']] });
    await expect(ask('a', gone.signal, () => gone.abort())).rejects.toThrow();
    expect(uses).toEqual([]);
    expect(requests.list()[0]?.state.kind).toBe('cancelled');
  });

  it.each(['CONTEXT_OVERFLOW', 'MODEL_CANNOT'] satisfies ErrorCode[])(
    'that the caller could not have got (%s) says nothing about the model',
    async (code) => {
      const params = { model: 'm', tokens: 2, limit: 1, task: 'chat' };
      const mistake = new AppError(code, params as never);
      const { ask, uses } = rig({ runs: [[mistake]] });
      await expect(ask('a')).rejects.toBe(mistake);
      expect(uses).toEqual([]);
    },
  );

  it('that came in one piece says nothing about speed', async () => {
    const { ask, uses } = rig({ runs: [['all of it'], ['word', 'by word']] });
    await ask('a');
    await ask('a');
    expect(uses.map(({ firstTokenMs }) => firstTokenMs === null)).toEqual([true, false]);
  });
});

describe('a model that cannot be loaded', () => {
  it('is left to the next, and the next to the one after it', async () => {
    const { ask, outcomes, decisions, uses } = rig({ loads: { a: CRASH, b: CRASH } });
    expect(servedBy(await ask('a'))).toBe('c');
    expect(decisions.map(({ except }) => except)).toEqual([['a'], ['a', 'b']]);
    expect(outcomes).toEqual([
      { modelId: 'b', success: false },
      { modelId: 'c', success: true },
    ]);
    expect(codes(uses)).toEqual(['RUNTIME_CRASHED', 'RUNTIME_CRASHED', 'well']);
  });

  it('is why the request fails, when nothing else is left', async () => {
    const { ask } = rig({ loads: { a: CRASH, b: CRASH, c: SHORT } });
    await expect(ask('a')).rejects.toBe(SHORT);
  });

  it('waits on for what will pass, when it has waited already', async () => {
    const { generation, requests } = rig({ loads: { a: SHORT, b: CRASH } });
    const open = (requestedId: string) =>
      requests.open({ kind: 'chat', requested: requestedId, requestedId, app: null, priority: 0 });
    const run = (record: ReturnType<typeof open>, requestedId: string) =>
      generation.runWaiting(record, { requestedId } as never, job(requestedId));
    const passing = open('a');
    await expect(run(passing, 'a')).rejects.toBeInstanceOf(NotNow);
    expect(passing.view().state.kind).toBe('loading');
    const failing = open('b');
    await expect(run(failing, 'b')).rejects.toBe(CRASH);
    expect(failing.view().state.kind).toBe('failed');
  });
});
