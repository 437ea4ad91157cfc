/**
 * Whether a model answers as fast as it used to. Each configuration of a model has its own usual speed, the median of
 * what it did while all was well; one slow answer says nothing, several in a row that are far below are a finding,
 * with what was different about the machine. Pure: a state and a measurement in, a state and a finding out.
 */
import { z } from 'zod';
import { explain, type SpeedCause } from './speed-causes.ts';
import { machineSchema, type SpeedSample, sampleSchema } from './speed-sample.ts';
import { median, shaking } from './statistics.ts';

/** What one generation took. */
export const generationMetricsSchema = z.object({
  modelId: z.string().min(1),
  revision: z.string(),
  runtime: z.string(),
  /** Context, layers on the graphics card, batch: the same text for the same settings. */
  settings: z.string(),
  task: z.string(),
  at: z.iso.datetime(),
  loadMs: z.number().nonnegative().optional(),
  firstTokenMs: z.number().nonnegative().optional(),
  /** Tokens or steps per second. */
  rate: z.number().positive(),
  peakMemoryBytes: z.number().nonnegative().optional(),
  machine: machineSchema,
});
export type GenerationMetrics = z.infer<typeof generationMetricsSchema>;

const configurationSchema = z.object({
  modelId: z.string(),
  revision: z.string(),
  runtime: z.string(),
  settings: z.string(),
  task: z.string(),
  samples: z.array(sampleSchema),
  isSlow: z.boolean(),
});
type Configuration = z.infer<typeof configurationSchema>;

/** The configurations used last, newest last. */
export const speedStateSchema = z.array(configurationSchema);
export type SpeedState = z.infer<typeof speedStateSchema>;

export interface SpeedFinding {
  readonly usualRate: number;
  readonly rate: number;
  readonly cause: SpeedCause;
}

export interface SpeedNote {
  readonly state: SpeedState;
  /** Of this model; `null` when it is as fast as usual, `undefined` when nothing can be said yet. */
  readonly finding: SpeedFinding | null | undefined;
}

const MOST_CONFIGURATIONS = 40;
const MOST_SAMPLES = 100;
const USUAL_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** So many answers in a row have to be slow. */
const RECENT = 5;
const LEAST_USUAL = 15;
/** Standard deviations that are still chance. */
const CHANCE = 4;

/** @param factor share of the usual speed below which it is slow, such as 0.7 */
export function noteSpeed(
  state: SpeedState,
  metrics: GenerationMetrics,
  { factor }: { readonly factor: number },
): SpeedNote {
  const known = state.find((each) => isSame(each, metrics)) ?? configurationOf(metrics);
  const others = state.filter((each) => each !== known);
  const { at, rate, machine } = metrics;
  const sample = { at, rate, machine, isSlow: known.isSlow };
  const samples = [...known.samples, sample].slice(-MOST_SAMPLES);
  const finding = judge({ ...known, samples }, others, factor);
  const isSlow = finding ? true : finding === null ? false : known.isSlow;
  const next = { ...known, samples: marked(samples, isSlow), isSlow };
  return { state: [...others, next].slice(-MOST_CONFIGURATIONS), finding };
}

const isSame = (a: Configuration, b: GenerationMetrics) =>
  a.modelId === b.modelId &&
  a.revision === b.revision &&
  a.runtime === b.runtime &&
  a.settings === b.settings &&
  a.task === b.task;

function configurationOf(metrics: GenerationMetrics): Configuration {
  const { modelId, revision, runtime, settings, task } = metrics;
  return { modelId, revision, runtime, settings, task, samples: [], isSlow: false };
}

/** The answers that showed it were slow as well. */
function marked(samples: readonly SpeedSample[], isSlow: boolean): SpeedSample[] {
  const from = isSlow ? samples.length - RECENT : samples.length;
  return samples.map((sample, index) => (index >= from ? { ...sample, isSlow: true } : sample));
}

function judge(
  configuration: Configuration,
  others: readonly Configuration[],
  factor: number,
): SpeedFinding | null | undefined {
  const recent = configuration.samples.slice(-RECENT);
  if (recent.length < RECENT) return undefined;
  const own = usualOf(configuration.samples.slice(0, -RECENT), recent);
  const before = own.length >= LEAST_USUAL ? configuration : predecessorOf(configuration, others);
  if (!before) return undefined;
  const usual = before === configuration ? own : usualOf(before.samples, recent);
  const rate = median(recent.map((sample) => sample.rate));
  const usualRate = median(usual.map((sample) => sample.rate));
  const chance = CHANCE * shaking(usual.map((sample) => sample.rate));
  // What is slow has to come back half of the way before it is well again.
  const limit = configuration.isSlow ? factor + (1 - factor) / 2 : factor;
  const isChance = !configuration.isSlow && rate >= usualRate - chance;
  const isSlow = rate < limit * usualRate && !isChance;
  if (!isSlow) return null;
  return { usualRate, rate, cause: explain({ usual, recent, before, now: configuration }) };
}

function usualOf(samples: readonly SpeedSample[], recent: readonly SpeedSample[]): SpeedSample[] {
  const since = Date.parse(recent[0]?.at ?? '') - USUAL_DAYS * DAY_MS;
  return samples.filter(({ at, isSlow }) => !isSlow && Date.parse(at) >= since);
}

/** The same model before it was updated, or was run by another program. */
function predecessorOf(
  { modelId, task }: Configuration,
  others: readonly Configuration[],
): Configuration | undefined {
  return others.findLast(
    (other) =>
      other.modelId === modelId &&
      other.task === task &&
      other.samples.filter(({ isSlow }) => !isSlow).length >= LEAST_USUAL,
  );
}
