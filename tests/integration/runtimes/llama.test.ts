import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src-main/engines/generation/ports.ts';
import { createTinyGguf } from '../../support/tiny-gguf.ts';
import { llamaRig, PROMPT } from './runtime-rig.ts';

const never = () => new AbortController().signal;
const GREEDY = { model: 'tiny', temperature: 0 } as const;

describe('the runtime inside Larder', () => {
  it('answers a conversation word by word, and counts what it took', async () => {
    const { runtime, addTiny } = await llamaRig();
    const model = await addTiny();
    const facts = await runtime.load(model, never());
    expect(facts.settings).toContain('cpu');
    const deltas: Delta[] = [];
    const job = { kind: 'chat' as const, body: { ...PROMPT, model: 'tiny', max_tokens: 30 } };
    const generated = await runtime.generate(model, job, {
      signal: never(),
      onDelta: (delta) => deltas.push(delta),
    });
    const text = deltas.map(({ content }) => content ?? '').join('');
    expect(text).toBe('i can answer with short words');
    expect(deltas.length).toBeGreaterThan(1);
    expect(generated.promptTokens).toBeGreaterThan(2);
    expect(generated.tokens).toBeGreaterThan(1);
    expect(runtime.info().loaded).toMatchObject([{ modelId: model.id, contextTokens: 512 }]);
  });

  it('goes on with a text, up to the length that was asked for', async () => {
    const { runtime, addTiny } = await llamaRig();
    const model = await addTiny();
    let text = '';
    const body = { ...GREEDY, prompt: 'tests like', max_tokens: 3 };
    const generated = await runtime.generate(
      model,
      { kind: 'completion', body },
      {
        signal: never(),
        onDelta: ({ content }) => {
          text += content ?? '';
        },
      },
    );
    expect(text.trim()).toBe('answers that never');
    expect(generated).toMatchObject({ finishReason: 'length', tokens: 3 });
  });

  it('turns texts into vectors, the same text into the same one', async () => {
    const { runtime, addTiny } = await llamaRig();
    const model = await addTiny();
    const body = { model: 'tiny', input: ['hello there', 'hello there', 'the quick fox'] };
    const { vectors, promptTokens } = await runtime.embed(model, body, never());
    expect(vectors).toHaveLength(3);
    expect(vectors[0]).toEqual(vectors[1]);
    expect(vectors[0]).not.toEqual(vectors[2]);
    expect(promptTokens).toBeGreaterThan(5);
  });

  it('says how much too long a conversation is', async () => {
    const { runtime, addTiny } = await llamaRig({ contextTokens: 256 });
    const model = await addTiny();
    const messages = [{ role: 'user' as const, content: 'hello there '.repeat(400) }];
    const job = { kind: 'chat' as const, body: { ...GREEDY, messages } };
    await expect(
      runtime.generate(model, job, { signal: never(), onDelta: () => {} }),
    ).rejects.toMatchObject({ code: 'CONTEXT_OVERFLOW', params: { limit: 256 } });
  });

  it('stops when nobody listens any more, and is free for the next', async () => {
    const { runtime, addTiny } = await llamaRig({ atOnce: 1 });
    const model = await addTiny('endless', { text: 'again and again and again and again and' });
    const left = new AbortController();
    const body = { ...GREEDY, prompt: 'again', max_tokens: 400 };
    const asked = runtime.generate(
      model,
      { kind: 'completion', body },
      {
        signal: left.signal,
        onDelta: () => left.abort(),
      },
    );
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const next = await runtime.generate(
      model,
      { kind: 'completion', body: { ...body, max_tokens: 2 } },
      { signal: never(), onDelta: () => {} },
    );
    expect(next.tokens).toBe(2);
  });

  it('a process that is killed in the middle of an answer is one failed request, and the next one is answered', async () => {
    const { runtime, addTiny, processes } = await llamaRig();
    const model = await addTiny('endless', { text: 'again and again and again and again and' });
    const body = { ...GREEDY, prompt: 'again', max_tokens: 400 };
    const asked = runtime.generate(
      model,
      { kind: 'completion', body },
      {
        signal: never(),
        onDelta: () => processes[0]?.kill(),
      },
    );
    await expect(asked).rejects.toMatchObject({ code: 'RUNTIME_CRASHED' });
    expect(runtime.info().loaded).toEqual([]);
    const again = await runtime.generate(
      model,
      { kind: 'completion', body: { ...body, max_tokens: 2 } },
      { signal: never(), onDelta: () => {} },
    );
    expect(again.tokens).toBe(2);
    expect(processes).toHaveLength(2);
  });

  it('a hundred requests at once load the model once', async () => {
    const { runtime, addTiny, processes } = await llamaRig();
    const model = await addTiny();
    const body = { ...GREEDY, prompt: 'tests like', max_tokens: 2 };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        runtime.generate(
          model,
          { kind: 'completion', body },
          { signal: never(), onDelta: () => {} },
        ),
      ),
    );
    expect(answers).toHaveLength(100);
    expect(processes).toHaveLength(1);
  });

  it('lets a model go after a while without work, and not before', async () => {
    const { runtime, addTiny, clock } = await llamaRig();
    const model = await addTiny();
    const body = { ...GREEDY, prompt: 'tests like', max_tokens: 1 };
    await runtime.generate(
      model,
      { kind: 'completion', body },
      { signal: never(), onDelta: () => {} },
    );
    clock.forward(50_000);
    expect(runtime.info().loaded).toHaveLength(1);
    clock.forward(11_000);
    expect(runtime.info().loaded).toEqual([]);
  });

  it('makes room by letting go of what was used longest ago, and says when that is not enough', async () => {
    const { runtime, addTiny, memory } = await llamaRig();
    const [first, second] = [await addTiny('first'), await addTiny('second')];
    const loaded = () => runtime.info().loaded.map(({ modelId }) => modelId);
    await runtime.load(first, never());
    memory.freeBytes = -200_000_000;
    await expect(runtime.load(second, never())).rejects.toMatchObject({ code: 'MEMORY_SHORT' });
    // Nothing is let go in vain.
    expect(loaded()).toEqual([first.id]);
    memory.freeBytes = 100_000_000;
    await runtime.load(second, never());
    expect(loaded()).toEqual([second.id]);
  });

  it('what is being loaded counts as if it were in memory', async () => {
    const { runtime, addTiny, memory } = await llamaRig();
    const [first, second] = [await addTiny('first'), await addTiny('second')];
    memory.freeBytes = 900_000_000;
    const loading = runtime.load(first, never());
    await expect(runtime.load(second, never())).rejects.toMatchObject({ code: 'MEMORY_SHORT' });
    await loading;
  });

  it('a model that was loaded and never asked goes after a while as well', async () => {
    const { runtime, addTiny, clock } = await llamaRig();
    const model = await addTiny();
    await runtime.load(model, never());
    clock.forward(61_000);
    expect(runtime.info().loaded).toEqual([]);
  });

  it('the time of a model that crashed does not run on for the one that took its place', async () => {
    const { runtime, addTiny, clock, processes } = await llamaRig();
    const model = await addTiny();
    const job = { kind: 'chat' as const, body: { ...PROMPT, model: 'tiny', max_tokens: 30 } };
    const silent = { signal: never(), onDelta: () => {} };
    await runtime.generate(model, job, silent);
    const answer = runtime.generate(model, job, {
      signal: never(),
      onDelta: () => processes[0]?.kill(),
    });
    await expect(answer).rejects.toMatchObject({ code: 'RUNTIME_CRASHED' });
    clock.forward(40_000);
    await runtime.generate(model, job, silent);
    clock.forward(40_000);
    expect(runtime.info().loaded).toHaveLength(1);
    clock.forward(40_000);
    expect(runtime.info().loaded).toEqual([]);
  });

  it('lets go of a model that does nothing when memory gets short', async () => {
    const { runtime, addTiny, memory, clock } = await llamaRig({ unloadAfterMs: 0 });
    const model = await addTiny();
    await runtime.load(model, never());
    clock.forward(20_000);
    expect(runtime.info().loaded).toHaveLength(1);
    memory.freeBytes = 100_000_000;
    clock.forward(20_000);
    expect(runtime.info().loaded).toEqual([]);
  });

  it.each([
    ['cut off', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
    ['no model at all', () => Buffer.from('<html>not found</html>')],
  ])('a file that is %s is refused with a reason', async (_, damage) => {
    const { runtime, add } = await llamaRig();
    const model = await add('broken', damage(createTinyGguf()));
    await expect(runtime.load(model, never())).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect(runtime.info().loaded).toEqual([]);
  });
});
