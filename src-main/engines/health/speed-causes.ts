/** What was different about the machine, or the model, while it was slow. Pure. */
import type { SpeedSample } from './speed-sample.ts';
import { median } from './statistics.ts';

export type SpeedCauseKind =
  | 'swapping'
  | 'memory'
  | 'thermal'
  | 'battery'
  | 'other-load'
  | 'revision'
  | 'runtime'
  | 'driver'
  | 'settings'
  | 'unknown';

export interface SpeedCause {
  readonly kind: SpeedCauseKind;
  /** Completes "It is slower than usual: …". */
  readonly words: string;
  readonly suggestion: string;
}

interface Setup {
  readonly revision: string;
  readonly runtime: string;
  readonly settings: string;
}

export interface Compared {
  readonly usual: readonly SpeedSample[];
  readonly recent: readonly SpeedSample[];
  /** What the usual speed was measured with. */
  readonly before: Setup;
  readonly now: Setup;
}

/** A megabyte now and then is no swapping. */
const SWAPPING_BYTES = 2 ** 20;
const HIGH_PRESSURE = 0.9;
const OTHERS_TAKE = 0.3;

interface Explanation extends SpeedCause {
  readonly applies: (compared: Compared) => boolean;
}

/** By how directly each slows a model down; the first that holds is the cause. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    kind: 'swapping',
    words: 'the computer was moving memory to the disk',
    suggestion: 'Close other programs, or use a smaller variant of the model.',
    applies: grew(({ machine }) => machine.swappedBytesPerSecond > SWAPPING_BYTES),
  },
  {
    kind: 'memory',
    words: 'the memory was nearly full',
    suggestion: 'Close other programs, or use a smaller variant of the model.',
    applies: grew(({ machine }) => machine.memoryPressure >= HIGH_PRESSURE),
  },
  {
    kind: 'thermal',
    words: 'the computer was hot and slowed itself down',
    suggestion: 'Let it cool down; see that its vents are free.',
    applies: grew(({ machine }) => machine.thermal === 'serious' || machine.thermal === 'critical'),
  },
  {
    kind: 'battery',
    words: 'the computer ran on battery',
    suggestion: 'Plug it in.',
    applies: grew(({ machine }) => machine.onBattery),
  },
  {
    kind: 'other-load',
    words: 'other programs kept the processor busy',
    suggestion: 'See what else is running.',
    applies: ({ usual, recent }) =>
      median(recent.map(({ machine }) => machine.otherLoad)) >=
      median(usual.map(({ machine }) => machine.otherLoad)) + OTHERS_TAKE,
  },
  {
    kind: 'revision',
    words: 'it has been so since the model was updated',
    suggestion: 'Go back to the revision before, if the new one is not worth it.',
    applies: ({ before, now }) => before.revision !== now.revision,
  },
  {
    kind: 'runtime',
    words: 'it has been so since another program runs it',
    suggestion: 'Try the program or the version that ran it before.',
    applies: ({ before, now }) => before.runtime !== now.runtime,
  },
  {
    kind: 'driver',
    words: 'it has been so since the graphics driver changed',
    suggestion: 'Look for a newer driver, or go back to the one before.',
    applies: ({ usual, recent }) => driverOf(usual) !== driverOf(recent),
  },
  {
    kind: 'settings',
    words: 'it runs with other settings than before',
    suggestion: 'Compare the context length and the layers on the graphics card with those before.',
    applies: ({ before, now }) => before.settings !== now.settings,
  },
];

const UNKNOWN: SpeedCause = {
  kind: 'unknown',
  words: 'nothing that Larder measures was different',
  suggestion:
    'Start the program that runs it anew. If that does not help, check every byte of the model.',
};

export function explain(compared: Compared): SpeedCause {
  const found = EXPLANATIONS.find(({ applies }) => applies(compared)) ?? UNKNOWN;
  const { kind, words, suggestion } = found;
  return { kind, words, suggestion };
}

/** Most of the recent answers were given so, and few of the usual ones. */
function grew(isSo: (sample: SpeedSample) => boolean) {
  const share = (samples: readonly SpeedSample[]) =>
    samples.filter(isSo).length / Math.max(1, samples.length);
  return ({ usual, recent }: Compared): boolean => share(recent) > 0.5 && share(usual) < 0.3;
}

const driverOf = (samples: readonly SpeedSample[]) => samples.at(-1)?.machine.driver;
