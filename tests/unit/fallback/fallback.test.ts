import { describe, expect, it } from 'vitest';
import type { DecideRequest } from '../../../src-main/engines/fallback/fallback.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';
import { model } from './builders.ts';
import { startFallback } from './rig.ts';

const ASKED = 'hf:Qwen/Qwen2.5-7B-Instruct-GGUF:Q4_K_M';
const LLAMA = 'hf:bartowski/Meta-Llama-3.1-8B-Instruct-GGUF:Q4_K_M';
const OTHER = 'hf:Qwen/Qwen2.5-14B-Instruct-GGUF:Q4_K_M';
const models = [model(ASKED, { availability: 'missing' }), model(LLAMA), model(OTHER)];
const suggest = { modelId: ASKED, requirements: {}, mode: 'auto', assumeMissing: false } as const;
const request = (some: Partial<DecideRequest> = {}): DecideRequest => ({
  requestId: 'r1',
  modelId: ASKED,
  requirements: {},
  mode: 'auto',
  except: [],
  maxWaitMs: 0,
  signal: new AbortController().signal,
  canQueue: true,
  ...some,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('R4.1 the fallback engine', () => {
  it('suggests what is here, and changes nothing', async () => {
    const { fallback, events } = startFallback({ models: () => models });
    const decision = await fallback.suggest(suggest);
    expect(decision).toMatchObject({
      strategy: 'alternative',
      modelId: OTHER,
      startsDownload: true,
    });
    expect(decision.suggestions.map(({ modelId }) => modelId)).toEqual([OTHER, LLAMA]);
    expect(events).toEqual([]);
  });

  it('decides as if a model were away that is here', async () => {
    const here = models.map((one) => ({ ...one, availability: 'available' as const }));
    const { fallback } = startFallback({ models: () => here });
    expect(await fallback.suggest(suggest)).toMatchObject({ strategy: 'exact', modelId: ASKED });
    const away = await fallback.suggest({ ...suggest, assumeMissing: true });
    expect(away).toMatchObject({ strategy: 'alternative', modelId: OTHER });
  });

  it('knows a name that is in no library by the catalogue, and ranks by it', async () => {
    const { fallback } = startFallback({ models: () => models });
    const { suggestions, requestedId } = await fallback.suggest({
      ...suggest,
      modelId: 'llama-3.2-3b',
    });
    expect(requestedId).toBe('llama-3.2-3b');
    expect(suggestions[0]?.modelId).toBe(LLAMA);
  });

  it('counts what servers on this computer offer', async () => {
    const offered = () => [{ id: 'openai:qwen2.5-7b-instruct', name: 'qwen2.5-7b-instruct' }];
    const { fallback } = startFallback({ models: () => models.slice(0, 1), offered });
    expect(await fallback.suggest(suggest)).toMatchObject({
      modelId: 'openai:qwen2.5-7b-instruct',
    });
    const own = await fallback.suggest({ ...suggest, modelId: 'openai:qwen2.5-7b-instruct' });
    expect(own.strategy).toBe('exact');
  });

  it('offers nothing that nothing here can run', async () => {
    const { fallback } = startFallback({ models: () => models, canRun: ({ id }) => id === ASKED });
    expect((await fallback.suggest(suggest)).suggestions).toEqual([]);
  });

  it('works things out once, until something changes', async () => {
    let asked = 0;
    const { fallback, change } = startFallback({
      models: () => {
        asked += 1;
        return models;
      },
    });
    const first = await fallback.suggest(suggest);
    const again = await fallback.suggest(suggest);
    expect(asked).toBe(1);
    expect(again.suggestions[0]).toBe(first.suggestions[0]);
    for (const what of ['models', 'measured', 'settings', 'runtimes'] as const) {
      const before = asked;
      change(what);
      await fallback.suggest(suggest);
      expect(asked).toBe(before + 1);
    }
  });

  it('sees a model that came, once it is told of the change', async () => {
    const list = models.slice(0, 1);
    const { fallback, change } = startFallback({ models: () => list });
    expect((await fallback.suggest(suggest)).strategy).toBe('queue');
    list.push(model(LLAMA));
    change('models');
    expect((await fallback.suggest(suggest)).modelId).toBe(LLAMA);
  });

  it('takes the time a model needs as it is at that moment', async () => {
    let etaMs = 60_000;
    const coming = [model(ASKED, { availability: 'partial', activity: 'downloading' })];
    const { fallback } = startFallback({ models: () => coming, etaMs: () => etaMs });
    expect((await fallback.suggest(suggest)).strategy).toBe('queue');
    etaMs = 10_000;
    expect(await fallback.suggest(suggest)).toMatchObject({ strategy: 'wait', etaMs: 10_000 });
  });

  it('learns: what fails in a place loses it, and what does well keeps it', async () => {
    const { fallback } = startFallback({ models: () => models });
    for (let time = 0; time < 4; time += 1) {
      fallback.noteOutcome({ requestedId: ASKED, modelId: OTHER, success: false });
      fallback.noteOutcome({ requestedId: ASKED, modelId: LLAMA, success: true });
    }
    expect((await fallback.suggest(suggest)).modelId).toBe(LLAMA);
    const elsewhere = await fallback.suggest({ ...suggest, modelId: 'qwen2.5-32b-instruct' });
    expect(elsewhere.suggestions[0]?.modelId).toBe(OTHER);
  });

  it('puts what does well in a place before its equals', async () => {
    const equals = ['hf:a/Qwen2.5-7B-Instruct-GGUF:Q4_K_M', 'hf:b/Qwen2.5-7B-Instruct-GGUF:Q4_K_M'];
    const { fallback } = startFallback({ models: () => equals.map((id) => model(id)) });
    const order = async () =>
      (await fallback.suggest(suggest)).suggestions.map(({ modelId }) => modelId);
    expect(await order()).toEqual(equals);
    fallback.noteOutcome({ requestedId: ASKED, modelId: equals[1] ?? '', success: true });
    expect(await order()).toEqual(equals.toReversed());
  });

  it('works out ahead what is needed for models that are not here, once it is quiet', async () => {
    let asked = 0;
    const { clock, fallback } = startFallback({
      models: () => models,
      measured: async () => {
        asked += 1;
        return new Map();
      },
    });
    clock.forward(1_000);
    await settled();
    clock.forward(100);
    expect(asked).toBe(1);
    await fallback.suggest(suggest);
    expect(asked).toBe(1);
  });

  it('R4.2 with nothing that could answer, tells what to do on this computer', async () => {
    const { fallback } = startFallback();
    const { strategy, setup } = await fallback.suggest({ ...suggest, modelId: 'gpt-4o-mini' });
    expect(strategy).toBe('refuse');
    expect(setup[0]).toMatch(/This computer has 16.0 GB of memory/);
    expect(setup.join('\n')).toMatch(/Download Qwen3 14b: paste hf:Qwen\/Qwen3-14B-GGUF:Q4_K_M/);
  });

  it('R4.4 tells everyone when another model, or none, answers', async () => {
    const { fallback, events } = startFallback({ models: () => models });
    const decision = await fallback.decide(request());
    expect(events).toEqual([{ type: 'fallback.decision', data: { decision, requestId: 'r1' } }]);
    await fallback.decide(request({ modelId: LLAMA }));
    expect(events).toHaveLength(1);
  });

  it('is asked nothing after it was closed', async () => {
    const { fallback, isHeard } = startFallback();
    await fallback.close();
    expect(isHeard()).toBe(false);
  });
});

describe('a request that asks a person', () => {
  const ask = request({ mode: 'ask' });

  it('waits for the answer, and does what was chosen', async () => {
    const { fallback, events } = startFallback({ models: () => models });
    const deciding = fallback.decide(ask);
    await settled();
    const [question] = fallback.questions();
    expect(question).toMatchObject({
      defaultChoice: `alternative:${OTHER}`,
      decision: { strategy: 'alternative', modelId: OTHER },
    });
    fallback.answer(question?.id ?? '', `alternative:${LLAMA}`);
    expect(await deciding).toMatchObject({ strategy: 'alternative', modelId: LLAMA });
    expect(fallback.questions()).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual([
      'fallback.question',
      'fallback.question',
      'fallback.decision',
    ]);
    expect(events[1]?.data).toEqual({ questionId: question?.id, question: null });
  });

  it('does by itself what it would have done once the time is over', async () => {
    const { fallback, clock } = startFallback({ models: () => models });
    const deciding = fallback.decide(ask);
    await settled();
    const [question] = fallback.questions();
    const untilMs = Date.parse(question?.deadline ?? '') - clock.now();
    expect(untilMs).toBeGreaterThan(19_000);
    clock.forward(DEFAULT_SETTINGS.fallback.askForMs);
    expect(await deciding).toMatchObject({ strategy: 'alternative', modelId: OTHER });
  });

  it('counts the first answer only, and only answers that were offered', async () => {
    const { fallback } = startFallback({ models: () => models });
    const deciding = fallback.decide(ask);
    await settled();
    const id = fallback.questions()[0]?.id ?? '';
    expect(() => fallback.answer(id, 'something')).toThrow(/no choice/);
    fallback.answer(id, 'refuse');
    expect(() => fallback.answer(id, 'queue')).toThrow(/settled/);
    expect(await deciding).toMatchObject({ strategy: 'refuse' });
  });

  it('is taken back when the request is given up', async () => {
    const { fallback } = startFallback({ models: () => models });
    const over = new AbortController();
    const deciding = fallback.decide({ ...ask, signal: over.signal });
    await settled();
    over.abort(new Error('given up'));
    await expect(deciding).rejects.toThrow('given up');
    expect(fallback.questions()).toEqual([]);
  });

  it('is decided by itself when the program ends', async () => {
    const { fallback } = startFallback({ models: () => models });
    const deciding = fallback.decide(ask);
    await settled();
    await fallback.close();
    expect(await deciding).toMatchObject({ strategy: 'alternative' });
  });
});
