/** Speeds of the last minute, for the graphs. Pure. */
import type { Download } from '../../src-shared/domain/download.ts';

export interface SpeedSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytesPerSecond: number;
}

export interface SpeedHistory {
  readonly total: readonly SpeedSample[];
  readonly byDownload: Readonly<Record<string, readonly SpeedSample[]>>;
}

export const NO_SPEEDS: SpeedHistory = { total: [], byDownload: {} };

/** How far back the graphs go. */
export const SPEED_WINDOW_MS = 60_000;
/** Of several samples in such a stretch of time only the last is kept: at most 240 in the window. */
const STRETCH_MS = 250;

const stretchOf = ({ at }: SpeedSample) => Math.floor(at / STRETCH_MS);

export function withSample(
  samples: readonly SpeedSample[],
  sample: SpeedSample,
): readonly SpeedSample[] {
  const recent = samples.filter(
    (one) => one.at >= sample.at - SPEED_WINDOW_MS && stretchOf(one) < stretchOf(sample),
  );
  return [...recent, sample];
}

/** The history after a download was heard of at `at`; only those that are not finished keep theirs. */
export function withSpeeds(
  { total, byDownload }: SpeedHistory,
  downloads: readonly Download[],
  { heardOf, at }: { readonly heardOf: string; readonly at: number },
): SpeedHistory {
  const open = downloads.filter(({ state }) => state.kind !== 'done');
  const bytesPerSecond = totalSpeed(open);
  const histories = open.map((download) => {
    const known = byDownload[download.id] ?? [];
    const sample = { at, bytesPerSecond: download.bytesPerSecond };
    return [download.id, download.id === heardOf ? withSample(known, sample) : known] as const;
  });
  return {
    total: withSample(total, { at, bytesPerSecond }),
    byDownload: Object.fromEntries(histories.filter(([, samples]) => samples.length > 0)),
  };
}

export const totalSpeed = (downloads: readonly Download[]) =>
  downloads.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
