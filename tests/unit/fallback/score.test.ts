import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  doublingsBehind,
  expectedQuality,
  isOneModel,
  speedRatio,
} from '../../../src-main/engines/fallback/expected.ts';
import { explain } from '../../../src-main/engines/fallback/explain.ts';
import { embedsAlike, lackOf } from '../../../src-main/engines/fallback/filters.ts';
import { profileOfName } from '../../../src-main/engines/fallback/profile.ts';
import { rank } from '../../../src-main/engines/fallback/rank.ts';
import {
  type Candidate,
  PARTS,
  scoreOf,
  VALUES,
  WEIGHTS,
} from '../../../src-main/engines/fallback/score.ts';
import { generationTaskSchema, type Requirements } from '../../../src-shared/domain/fallback.ts';
import { candidate, catalogue, GB, LAPTOP, profile, wanted } from './builders.ts';

const asked = profile('hf:Qwen/Qwen2.5-7B-Instruct-GGUF:Q4_K_M');
const score = (id: string, facts: Partial<Candidate> = {}) =>
  scoreOf(wanted(asked), candidate(profile(id), facts));
const SAME = 'hf:bartowski/Qwen2.5-7B-Instruct-GGUF:Q4_K_M';

const names = fc.constantFrom(
  ...catalogue.families.flatMap(({ names, models }) =>
    models.map((size) => `${names[0]}-${size.names[0]}`),
  ),
  'unheard-of',
);
/** Those of one kind share their score of it. */
const memories = fc.constantFrom(0, 2 * GB, 10 * GB);
const quants = fc.constantFrom('', ':Q8_0', ':Q4_K_M', ':Q2_K', ':IQ1_S', ':F16', ':strange');
const profiles = fc.tuple(names, quants, memories).map(([name, quant, memoryBytes]) => ({
  ...profileOfName(`hf:a/${name}${quant}`, catalogue),
  memoryBytes,
}));
const counts = fc.record({ successes: fc.nat(50), failures: fc.nat(50) });
const rate = fc.option(fc.double({ min: 0.1, max: 500, noNaN: true }));
const candidates = fc.record({
  profile: profiles,
  fit: fc.constantFrom('gpu' as const, 'memory' as const, 'tight' as const, 'unknown' as const),
  uses: counts,
  asStandIn: counts,
  rate,
  preferredAt: fc.option(fc.nat(20)),
  usedLately: fc.boolean(),
});

describe('R4.1 how well a model would stand in', () => {
  it('weighs its parts to one', () => {
    expect(PARTS.reduce((sum, part) => sum + WEIGHTS[part], 0)).toBeCloseTo(1, 12);
  });

  it('has parts and a score from 0 to 1, the score being the weighted sum of the parts', () => {
    fc.assert(
      fc.property(profiles, candidates, generationTask(), (requested, given, task) => {
        const request = wanted(requested, { task });
        const { parts, score: told } = explain(request, given);
        for (const { value } of parts) expect(value).toBeGreaterThanOrEqual(0);
        for (const { value } of parts) expect(value).toBeLessThanOrEqual(1);
        const sum = parts.reduce((all, { weight, value }) => all + weight * value, 0);
        expect(told).toBeCloseTo(sum, 9);
      }),
    );
  });

  it.each<[string, string, string]>([
    ['the same model from elsewhere before another family', SAME, 'hf:a/gemma-2-9b-it-GGUF:Q4_K_M'],
    [
      'a related family before a strange one',
      'hf:a/Qwen3-8B-GGUF:Q4_K_M',
      'hf:a/Falcon3-7B-Instruct-GGUF:Q4_K_M',
    ],
    [
      'a size that is near',
      'hf:a/Qwen2.5-3B-Instruct-GGUF:Q4_K_M',
      'hf:a/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M',
    ],
    ['a finer quantisation', SAME, 'hf:a/Qwen2.5-7B-Instruct-GGUF:Q2_K'],
    ['one that is trained for conversations', SAME, 'hf:a/Qwen2.5-7B-GGUF:Q4_K_M'],
    [
      'a free licence',
      'hf:a/Qwen2.5-14B-Instruct-GGUF:Q4_K_M',
      'hf:a/Qwen2.5-72B-Instruct-GGUF:Q4_K_M',
    ],
  ])('prefers %s', (_, better, worse) => {
    expect(score(better)).toBeGreaterThan(score(worse));
  });

  it.each<[string, Partial<Candidate>, Partial<Candidate>]>([
    ['that it fits in graphics memory', { fit: 'gpu' }, { fit: 'memory' }],
    ['that it fits well', { fit: 'memory' }, { fit: 'tight' }],
    ['that it is preferred', { preferredAt: 3 }, {}],
    ['that it is preferred more', { preferredAt: 0 }, { preferredAt: 1 }],
    [
      'that it went well here',
      { uses: { successes: 20, failures: 0 } },
      { uses: { successes: 10, failures: 10 } },
    ],
    [
      'that it went well in this very place',
      { asStandIn: { successes: 5, failures: 0 } },
      { asStandIn: { successes: 0, failures: 5 } },
    ],
    ['that it was used lately', { usedLately: true }, {}],
  ])('counts it for a model %s', (_, better, worse) => {
    expect(score(SAME, better)).toBeGreaterThan(score(SAME, worse));
  });

  it('counts a higher speed for a model, up to that of the one asked for', () => {
    const at = (own: number) =>
      scoreOf(wanted(asked, { rate: 20 }), candidate(profile(SAME), { rate: own }));
    expect(at(10)).toBeGreaterThan(at(5));
    expect(at(40)).toBe(at(20));
  });

  it('takes what is not known for neither good nor bad', () => {
    const strange = candidate(profileOfName('unheard-of', catalogue), { fit: 'unknown' });
    for (const part of ['family', 'parameters', 'quantisation', 'context', 'hardware'] as const) {
      expect(VALUES[part](wanted(asked), strange)).toBe(0.5);
    }
  });

  it('says in words what speaks for it', () => {
    const { reasons } = explain(wanted(asked), candidate(profile(SAME), { preferredAt: 0 }));
    expect(reasons).toContain('It is of the same family, Qwen2.5.');
    expect(reasons).toContain('You prefer it.');
  });
});

describe('R4.1 the expected difference', () => {
  const quality = (wantedName: string, givenName: string) =>
    expectedQuality(profileOfName(wantedName, catalogue), profileOfName(givenName, catalogue));

  it.each([
    ['qwen2.5-7b-instruct', 'llama-3.1-8b-instruct', 'similar'],
    ['llama-3.1-70b-instruct', 'llama-3.3-70b-instruct', 'similar'],
    ['llama-3.1-8b-instruct', 'llama-3.2-3b-instruct', 'slightly lower'],
    ['llama-3.1-8b-instruct', 'llama-3.2-1b-instruct', 'significantly lower'],
    ['llama-3.1-70b-instruct', 'llama-3.1-8b-instruct', 'significantly lower'],
    ['llama-2-13b-chat', 'qwen3-8b', 'similar'],
    ['qwen2.5-coder-7b', 'qwen2.5-7b-instruct', 'slightly lower'],
    ['whisper-large-v3', 'whisper-tiny', 'significantly lower'],
    ['gpt-4o-mini', 'qwen3-8b', 'slightly lower'],
  ])('of %s and %s: %s', (wantedName, givenName, expected) => {
    expect(quality(wantedName, givenName)).toBe(expected);
  });

  it('a coarser quantisation never makes it better', () => {
    const kinds = ['F16', 'Q8_0', 'Q6_K', 'Q4_K_M', 'Q3_K_M', 'Q2_K', 'IQ2_XXS', 'IQ1_S'];
    const behind = kinds.map((kind) =>
      doublingsBehind(asked, profile(`hf:a/Qwen2.5-7B-Instruct-GGUF:${kind}`)),
    );
    expect(behind).toEqual(behind.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(expectedQuality(asked, profile('hf:a/Qwen2.5-7B-Instruct-GGUF:IQ1_S'))).toBe(
      'significantly lower',
    );
  });

  it('is the other way round from the other side, specialties aside', () => {
    fc.assert(
      fc.property(profiles, profiles, (one, other) => {
        const plain = (given: typeof one) => ({ ...given, family: null });
        const there = doublingsBehind(plain(one), plain(other));
        const back = doublingsBehind(plain(other), plain(one));
        if (there === null || back === null) expect(there).toBe(back);
        else expect(there).toBeCloseTo(-back, 6);
      }),
    );
  });

  it('takes the forms of one repository for one model, unless they are of other sizes', () => {
    const [one, other] = [profile('hf:a/own:Q8_0'), profile('hf:a/own:Q4_K_M')];
    expect(expectedQuality(one, other)).toBe('similar');
    expect(isOneModel(profile('hf:a/own:x-1b'), profile('hf:a/own:x-7b'))).toBe(false);
    expect(isOneModel(profile('hf:a/own'), profile('hf:b/own'))).toBe(false);
    const ollama = (tag: string) => profileOfName(`ollama:library/mine:${tag}`, catalogue);
    expect(isOneModel(ollama('latest'), ollama('other'))).toBe(false);
  });

  it('speed as measured, as the makers tell, or by the bytes of a token, in that order', () => {
    const small = profile('hf:a/Qwen2.5-3B-Instruct-GGUF:Q4_K_M');
    const of = (given: typeof asked, own: number | null = null, place = 'memory') => ({
      profile: given,
      rate: own,
      place,
    });
    expect(speedRatio(of(asked, 10), of(small, 15))).toBe(1.5);
    expect(speedRatio(of(asked), of(small, 15))).toBeCloseTo(7.61 / 3.09, 1);
    expect(speedRatio(of(asked, null, 'memory'), of(small, null, 'gpu'))).toBeNull();
    const whisper = (size: string) => of(profileOfName(`openai/whisper-${size}`, catalogue));
    expect(speedRatio(whisper('large-v3'), whisper('base'))).toBe(7);
    const pictures = (name: string) => of(profileOfName(name, catalogue));
    expect(speedRatio(pictures('sdxl-base'), pictures('flux.1-dev'))).toBeNull();
  });
});

describe('what a model has to have', () => {
  const lack = (name: string, requirements: Requirements, task = 'chat' as const) =>
    lackOf(profileOfName(name, catalogue), task, requirements);

  it.each<[string, string, Requirements]>([
    ['pictures', 'llama-3.1-8b-instruct', { vision: true }],
    ['functions', 'gemma-2-9b-it', { tools: true }],
    ['context', 'llama-3-8b', { contextTokens: 9_000 }],
    ['a language', 'llama-3.1-8b', { languages: ['de', 'ja'] }],
    ['memory', 'llama-3.1-8b:Q4_K_M', { maxMemoryBytes: 2 * GB }],
    ['the task', 'whisper-base', {}],
  ])('is ruled out for want of %s', (_, name, requirements) => {
    expect(lack(name, requirements)).toBeTypeOf('string');
  });

  it('is not ruled out by what is not known of it', () => {
    const unknown = { ...profileOfName('unheard-of', catalogue), tasks: ['chat'] as const };
    const requirements = { contextTokens: 1e6, languages: ['de'], tools: true, json: true };
    expect(lackOf(unknown, 'chat', requirements)).toBeNull();
  });

  it('of sizes of pictures and videos, knows what each was made for', () => {
    const image = { width: 1024, height: 1024 };
    const sdxl = profileOfName('sdxl-base', catalogue);
    const old = profileOfName('stable-diffusion-v1.5', catalogue);
    expect(lackOf(sdxl, 'image', { image })).toBeNull();
    expect(lackOf(old, 'image', { image })).toMatch(/smaller pictures/);
    const wan = profileOfName('Wan2.2-T2V-A14B', catalogue);
    const video = { width: 1280, height: 720, frames: 81 };
    expect(lackOf(wan, 'video', { video })).toBeNull();
    expect(lackOf(wan, 'video', { video: { ...video, frames: 200 } })).toMatch(/shorter/);
  });

  it('an embedding model only stands in for itself: vectors of others cannot be compared', () => {
    const bge = profileOfName('bge-m3', catalogue);
    expect(embedsAlike(bge, profileOfName('gpustack/bge-m3-GGUF:Q8_0', catalogue))).toBe(true);
    expect(embedsAlike(bge, profileOfName('nomic-embed-text-v1.5', catalogue))).toBe(false);
    expect(embedsAlike(profileOfName('x', catalogue), profileOfName('x', catalogue))).toBe(false);
  });

  it('whatever is asked, what is suggested has all of it, best first and never the model itself', () => {
    const requirements = fc.record(
      {
        task: fc.constantFrom(...generationTaskSchema.options),
        vision: fc.boolean(),
        tools: fc.boolean(),
        contextTokens: fc.integer({ min: 1, max: 300_000 }),
        languages: fc.subarray(['en', 'de', 'ja', 'sw']),
        maxMemoryBytes: fc.integer({ min: 1, max: 1e11 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        profiles,
        fc.array(profiles, { maxLength: 30 }),
        requirements,
        (requested, given, need) => {
          const own = given.map((one, index) => ({ ...one, modelId: `m${index}` }));
          const { suggestions } = rank({
            requested,
            requirements: need,
            candidates: [...own, requested],
            hardware: LAPTOP,
            measured: new Map(),
            asStandIn: new Map(),
            preferred: [],
            now: 0,
          });
          const task = need.task ?? requested.tasks[0] ?? 'chat';
          for (const { modelId } of suggestions) {
            const found = own.find((one) => one.modelId === modelId);
            expect(found && lackOf(found, task, need)).toBeNull();
          }
          const scores = suggestions.map((one) => one.score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
          expect(suggestions.length).toBeLessThanOrEqual(10);
        },
      ),
    );
  });
});

function generationTask() {
  return fc.constantFrom(...generationTaskSchema.options);
}
