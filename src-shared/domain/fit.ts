/** Whether a set of files would run on a machine, told from sizes alone. Pure. */
import { formatBytes } from './format.ts';
import type { Fit } from './hub.ts';

export interface FitFacts {
  /** Bytes of all files of the variant; 0 when not known. */
  readonly sizeBytes: number;
  readonly hardware: {
    readonly memoryBytes: number;
    readonly videoMemoryBytes: number | null;
  };
  /** Free on the disk of the library; `null` when it could not be asked. */
  readonly freeDiskBytes: number | null;
  /** Space that downloads never touch. */
  readonly keepFreeBytes: number;
}

/** Room for context and buffers beside the weights, which themselves are about as large as their files. */
const WORKING_SHARE = 1.2;
const WORKING_BYTES = 500_000_000;

/** What the system and other programs keep of main memory: a fifth, at least 2 GB. */
const SYSTEM_SHARE = 0.2;
const SYSTEM_BYTES = 2_000_000_000;

/** Memory a model of this size needs while it runs: size × 1.2 + 0.5 GB. */
export const memoryNeed = (sizeBytes: number) =>
  Math.ceil(sizeBytes * WORKING_SHARE + WORKING_BYTES);

/**
 * `gpu` when the need fits in video memory; `memory` when it fits in what the system leaves of main
 * memory; `tight` when it fits in main memory only if everything else makes room; else `too-large`.
 * A large context or several models at once need more; a hub does not tell how much.
 */
export function assessFit(facts: FitFacts): Fit {
  const verdict = judgeMemory(facts);
  const onDisk = judgeDisk(facts);
  const memory = describeMemory(verdict, facts);
  return {
    verdict,
    onDisk,
    sentence: onDisk === 'needs-space' ? `${memory}. ${describeDisk(facts)}` : memory,
  };
}

function judgeMemory({ sizeBytes, hardware }: FitFacts): Fit['verdict'] {
  return fitOfNeed(sizeBytes > 0 ? memoryNeed(sizeBytes) : 0, hardware);
}

/** @param needBytes memory that something takes while it runs; 0 when not known */
export function fitOfNeed(needBytes: number, hardware: FitFacts['hardware']): Fit['verdict'] {
  const { memoryBytes, videoMemoryBytes } = hardware;
  if (needBytes <= 0 || memoryBytes <= 0) return 'unknown';
  if (videoMemoryBytes !== null && needBytes <= videoMemoryBytes) return 'gpu';
  if (needBytes <= memoryFor(memoryBytes)) return 'memory';
  return needBytes <= memoryBytes ? 'tight' : 'too-large';
}

/** What the system and other programs leave of main memory. */
export const memoryFor = (memoryBytes: number) =>
  memoryBytes - Math.max(SYSTEM_BYTES, memoryBytes * SYSTEM_SHARE);

function judgeDisk({ sizeBytes, freeDiskBytes, keepFreeBytes }: FitFacts): Fit['onDisk'] {
  if (freeDiskBytes === null || sizeBytes <= 0) return 'unknown';
  return sizeBytes <= freeDiskBytes - keepFreeBytes ? 'fits' : 'needs-space';
}

function describeMemory(verdict: Fit['verdict'], { sizeBytes, hardware }: FitFacts): string {
  const need = formatBytes(memoryNeed(sizeBytes));
  const memory = formatBytes(hardware.memoryBytes);
  switch (verdict) {
    case 'gpu':
      return `Needs about ${need} of your ${formatBytes(hardware.videoMemoryBytes ?? 0)} of graphics memory`;
    case 'memory':
      return `Needs about ${need} of your ${memory} of memory`;
    case 'tight':
      return `Only just fits: needs ${need} of your ${memory} of memory`;
    case 'too-large':
      return `Needs ${need} of memory; this machine has ${memory}`;
    case 'unknown':
      return 'Not known whether it fits';
  }
}

function describeDisk({ sizeBytes, freeDiskBytes, keepFreeBytes }: FitFacts): string {
  const lacking = sizeBytes - Math.max(0, (freeDiskBytes ?? 0) - keepFreeBytes);
  return `Needs ${formatBytes(lacking)} more disk space`;
}
