/**
 * How many connections one host gets. Starts with a few, doubles as a trial once the speed is steady, and
 * keeps the double only when it brought enough: plateaus are compared, as every connection is slow at its
 * start. Pure: a state and a sample in, a state out.
 */

export interface CountState {
  readonly count: number;
  /** Speeds since the count changed last, newest last, in bytes per second. */
  readonly samples: readonly number[];
  /** The count and speed before the trial that is under way. */
  readonly trial: { readonly from: number; readonly bytesPerSecond: number } | null;
  /** No trial before this, in ms. */
  readonly settledUntil: number;
}

export const SAMPLE_MS = 250;
const FIRST_COUNT = 4;
/** Two samples that differ by less are a plateau. */
const STEADY = 0.15;
/** A plateau is taken for one after so many samples, however it shakes. */
const PATIENCE_SAMPLES = 16;
/** The first sample after a change tells of the change. */
const SKIPPED_SAMPLES = 1;
const SETTLED_MS = 60_000;

export function startCount(remembered?: number): CountState {
  return { count: remembered ?? FIRST_COUNT, samples: [], trial: null, settledUntil: 0 };
}

/** How much faster twice as many connections have to be. */
const neededGain = (count: number) => (count < 8 ? 1.25 : 1.6);

/**
 * @param sample bytes per second over the last {@link SAMPLE_MS}, with all connections in use
 * @param cap most connections allowed
 */
export function nextCount(
  state: CountState,
  { sample, now, cap }: { sample: number; now: number; cap: number },
): CountState {
  const samples = [...state.samples, sample];
  const plateau = plateauOf(samples);
  if (plateau === null) return { ...state, samples };
  const { trial, count } = state;
  if (trial) {
    const isWorth = plateau >= trial.bytesPerSecond * neededGain(trial.from);
    if (!isWorth) return settle(trial.from, now);
    if (count * 2 > cap) return settle(count, now);
  } else if (now < state.settledUntil || count >= cap) {
    return { ...state, samples: samples.slice(-2) };
  }
  const from = count;
  return {
    count: Math.min(cap, count * 2),
    samples: [],
    trial: { from, bytesPerSecond: plateau },
    settledUntil: 0,
  };
}

/** After errors that say "too much": half as many, and no trial for a while. */
export const backOff = ({ count }: CountState, now: number) =>
  settle(Math.max(1, Math.floor(count / 2)), now);

const settle = (count: number, now: number): CountState => ({
  count,
  samples: [],
  trial: null,
  settledUntil: now + SETTLED_MS,
});

/** The speed once it no longer changes; `null` before. */
function plateauOf(samples: readonly number[]): number | null {
  const settled = samples.slice(SKIPPED_SAMPLES);
  const [before = 0, last = 0] = settled.slice(-2);
  if (settled.length < 2) return null;
  const isSteady = Math.abs(last - before) <= STEADY * Math.max(last, before);
  if (!isSteady && samples.length < PATIENCE_SAMPLES) return null;
  return (last + before) / 2;
}
