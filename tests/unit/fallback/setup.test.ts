import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileOfName } from '../../../src-main/engines/fallback/profile.ts';
import {
  recommend,
  type SetupFacts,
  setupSteps,
} from '../../../src-main/engines/fallback/setup.ts';
import { standingOf } from '../../../src-main/engines/fallback/standing.ts';
import { generationTaskSchema } from '../../../src-shared/domain/fallback.ts';
import { fitOfNeed } from '../../../src-shared/domain/fit.ts';
import { catalogue, GB, LAPTOP, model } from './builders.ts';

const facts = (some: Partial<SetupFacts> = {}): SetupFacts => ({
  requested: profileOfName('gpt-4o-mini', catalogue),
  standing: 'unknown',
  task: 'chat',
  hardware: LAPTOP,
  freeDiskBytes: 500 * GB,
  catalogue,
  ...some,
});
const memory = (memoryBytes: number, videoMemoryBytes: number | null = null) => ({
  ...LAPTOP,
  memoryBytes,
  videoMemoryBytes,
});

describe('R4.2 steps for this computer', () => {
  it.each([
    [4 * GB, 'SmolLM2 1.7b'],
    [8 * GB, 'Gemma 3 4b'],
    [16 * GB, 'Qwen3 14b'],
    [64 * GB, 'Qwen3 32b'],
  ])('of %d bytes of memory', (memoryBytes, name) => {
    const [best] = recommend(facts({ hardware: memory(memoryBytes) }));
    expect(best?.name).toBe(name);
  });

  it('recommends the family that was asked for first', () => {
    const requested = profileOfName('gemma-3-27b-it', catalogue);
    expect(recommend(facts({ requested }))[0]?.name).toBe('Gemma 3 12b');
  });

  it('says how much room to make first', () => {
    const steps = setupSteps(facts({ freeDiskBytes: GB }));
    expect(steps[1]).toMatch(/^Free [\d.]+ GB on the disk/);
  });

  it('says what a model waits for that is known', () => {
    const requested = profileOfName('qwen3-8b', catalogue);
    expect(setupSteps(facts({ requested, standing: 'fetchable' }))[1]).toMatch(
      /^Download qwen3-8b/,
    );
    expect(setupSteps(facts({ requested, standing: 'held' }))[1]).toMatch(/waits for you/);
  });

  it('does not promise to run what Larder does not run', () => {
    const steps = setupSteps(facts({ task: 'video', hardware: memory(64 * GB, 24 * GB) }));
    expect(steps.at(-1)).toMatch(/does not run them: start ComfyUI/);
    expect(steps.join('\n')).toContain('hf:Wan-AI/Wan2.2-TI2V-5B');
  });

  it('recommends only what fits, whatever the computer and the task, and always says something', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: GB, max: 512 * GB }),
        fc.option(fc.integer({ min: GB, max: 96 * GB })),
        fc.constantFrom(...generationTaskSchema.options),
        (memoryBytes, videoMemoryBytes, task) => {
          const given = facts({ hardware: memory(memoryBytes, videoMemoryBytes), task });
          for (const one of recommend(given)) {
            expect(['gpu', 'memory']).toContain(fitOfNeed(one.memoryBytes, given.hardware));
          }
          expect(setupSteps(given).length).toBeGreaterThanOrEqual(3);
        },
      ),
    );
  });
});

const PLAIN = { isOffered: false, assumeMissing: false, isFailing: false, isReference: false };

describe('how near a model is to answering', () => {
  it('one that is here and could not be loaded will not be loaded by waiting', () => {
    const here = { ...PLAIN, model: model('hf:a/b', {}), canRun: true, isFailing: true };
    expect(standingOf(here)).toBe('failing');
  });

  it('one that is in no library can be fetched where its name says from where', () => {
    const nowhere = { ...PLAIN, model: undefined, canRun: false };
    expect(standingOf(nowhere)).toBe('unknown');
    expect(standingOf({ ...nowhere, isReference: true })).toBe('fetchable');
  });

  const standing = (some: Parameters<typeof model>[1], canRun = true) =>
    standingOf({ ...PLAIN, model: model('hf:a/b', some), canRun });

  it.each([
    [{}, 'ready'],
    [{ availability: 'missing' }, 'fetchable'],
    [{ availability: 'corrupted' }, 'fetchable'],
    [{ availability: 'missing', source: 'local' }, 'held'],
    [{ availability: 'partial', activity: 'downloading' }, 'coming'],
    [{ availability: 'partial', activity: 'waiting-retry' }, 'coming'],
    [{ availability: 'corrupted', activity: 'repairing' }, 'coming'],
    [{ availability: 'partial', activity: 'paused' }, 'held'],
    [{ availability: 'partial', activity: 'failed' }, 'held'],
    [{ availability: 'quarantined' }, 'held'],
    [{ availability: 'offline' }, 'held'],
    [{ availability: 'available', activity: 'moving' }, 'ready'],
  ] as const)('%j is %s', (some, expected) => {
    expect(standing(some)).toBe(expected);
  });

  it('is of no use where nothing runs it', () => {
    expect(standing({}, false)).toBe('unrunnable');
  });
});
