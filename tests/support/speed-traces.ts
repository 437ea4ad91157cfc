/** Recorded shapes of speed over time, with the cause that is known because it was put in. */
import type { GenerationMetrics } from '../../src-main/engines/health/speed.ts';
import type { MachineState } from '../../src-main/engines/health/speed-sample.ts';
import { createSeededRandom } from '../hub/seeded-random.ts';

export const CALM: MachineState = {
  onBattery: false,
  memoryPressure: 0.5,
  swappedBytesPerSecond: 0,
  thermal: 'nominal',
  otherLoad: 0.1,
  driver: '550.1',
};

interface Stretch {
  readonly count: number;
  /** Tokens per second in the middle. */
  readonly rate: number;
  readonly machine?: Partial<MachineState>;
  readonly setup?: Partial<Pick<GenerationMetrics, 'revision' | 'runtime' | 'settings'>>;
  /** Each so manieth answer is slow by itself. */
  readonly spikeEvery?: number;
}

const HOUR_MS = 3_600_000;

/** Answers an hour apart, each off by a few percent. */
export function traceOf(
  stretches: readonly Stretch[],
  { seed = 1, noise = 0.05 }: { readonly seed?: number; readonly noise?: number } = {},
): GenerationMetrics[] {
  const random = createSeededRandom(seed);
  let at = Date.UTC(2026, 0, 1);
  return stretches.flatMap(({ count, rate, machine, setup, spikeEvery }) =>
    Array.from({ length: count }, (_, index) => {
      at += HOUR_MS;
      const isSpike = spikeEvery !== undefined && index % spikeEvery === spikeEvery - 1;
      const spread = 1 + noise * (random() + random() + random() - 1.5) * 2;
      return {
        modelId: 'hf:maker/model',
        revision: 'one',
        runtime: 'llama 1',
        settings: 'ctx 4096',
        task: 'chat',
        at: new Date(at).toISOString(),
        rate: rate * spread * (isSpike ? 0.2 : 1),
        machine: { ...CALM, ...machine },
        ...setup,
      };
    }),
  );
}
