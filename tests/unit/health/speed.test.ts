import { describe, expect, it } from 'vitest';
import {
  type GenerationMetrics,
  noteSpeed,
  type SpeedFinding,
  type SpeedState,
  speedStateSchema,
} from '../../../src-main/engines/health/speed.ts';
import { traceOf } from '../../support/speed-traces.ts';

/** What was found after each answer of a trace. */
function play(trace: readonly GenerationMetrics[], factor = 0.7) {
  let state: SpeedState = [];
  const findings = trace.map((metrics) => {
    const noted = noteSpeed(state, metrics, { factor });
    state = noted.state;
    return noted.finding;
  });
  return { state, findings, last: findings.at(-1) };
}

const found = (findings: readonly (SpeedFinding | null | undefined)[]) =>
  findings.filter((finding) => finding !== null && finding !== undefined);
const steady = { count: 40, rate: 20 };

describe('R6.3 a model that became slow', () => {
  it.each([
    ['swapping', { machine: { swappedBytesPerSecond: 50e6, memoryPressure: 0.98 } }],
    ['memory', { machine: { memoryPressure: 0.95 } }],
    ['thermal', { machine: { thermal: 'serious' as const } }],
    ['battery', { machine: { onBattery: true } }],
    ['other-load', { machine: { otherLoad: 0.7 } }],
    ['revision', { setup: { revision: 'two' } }],
    ['runtime', { setup: { runtime: 'llama 2' } }],
    ['driver', { machine: { driver: '560.0' } }],
    ['settings', { setup: { settings: 'ctx 32768' } }],
    ['unknown', {}],
  ] as const)('is explained: %s', (kind, change) => {
    const { last } = play(traceOf([steady, { count: 10, rate: 9, ...change }]));
    expect(last?.cause.kind).toBe(kind);
    expect(last?.usualRate).toBeGreaterThan(18);
    expect(last?.rate).toBeLessThan(10);
    expect(last?.cause.suggestion).toMatch(/\.$/);
  });

  it('is noticed after a few answers, and stays noticed as long as it is slow', () => {
    const { findings } = play(traceOf([steady, { count: 60, rate: 9 }]));
    const first = findings.findIndex((finding) => finding);
    expect(first - 40).toBeLessThanOrEqual(5);
    expect(found(findings.slice(first))).toHaveLength(findings.length - first);
  });

  it('is well again once it is fast again, and not before it is most of the way', () => {
    const slow = { count: 10, rate: 9 };
    expect(play(traceOf([steady, slow, { count: 10, rate: 15 }])).last).toBeTruthy();
    expect(play(traceOf([steady, slow, { count: 10, rate: 20 }])).last).toBeNull();
  });

  it('is noticed too when it slows down little by little', () => {
    const drift = Array.from({ length: 30 }, (_, step) => ({ count: 3, rate: 20 * 0.97 ** step }));
    expect(found(play(traceOf([steady, ...drift])).findings).length).toBeGreaterThan(0);
  });
});

describe('R6.3 no finding', () => {
  it('comes from one slow answer now and then', () => {
    expect(found(play(traceOf([{ ...steady, count: 200, spikeEvery: 7 }])).findings)).toEqual([]);
  });

  it('comes from a new revision that is as fast, or faster', () => {
    const next = { count: 20, rate: 26, setup: { revision: 'two' } };
    expect(found(play(traceOf([steady, next])).findings)).toEqual([]);
  });

  it('comes before there is anything to compare with', () => {
    const { findings } = play(traceOf([{ count: 12, rate: 20 }]));
    expect(findings.every((finding) => !finding)).toBe(true);
  });

  it('comes by chance: in 500 steady traces of 100 noisy answers, none', () => {
    const alarms = Array.from({ length: 500 }, (_, seed) =>
      found(play(traceOf([{ count: 100, rate: 20 }], { seed, noise: 0.15 })).findings),
    ).filter((findings) => findings.length > 0);
    expect(alarms).toEqual([]);
  });

  it('comes from two speeds that take turns, as with short and long prompts', () => {
    const turns = Array.from({ length: 60 }, (_, index) => ({
      count: 1,
      rate: index % 2 === 0 ? 20 : 12,
    }));
    expect(found(play(traceOf(turns)).findings)).toEqual([]);
  });
});

it('what is remembered is bounded, and survives being stored', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({
    count: 3,
    rate: 20,
    setup: { settings: `ctx ${index}` },
  }));
  const { state } = play(traceOf([{ count: 500, rate: 20 }, ...many]));
  expect(state.length).toBeLessThanOrEqual(40);
  expect(Math.max(...state.map(({ samples }) => samples.length))).toBeLessThanOrEqual(100);
  expect(speedStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
});
