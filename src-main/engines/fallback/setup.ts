/** What to do on this computer when nothing on it could answer: steps, with models that fit. Pure. */
import type { GenerationTask } from '../../../src-shared/domain/fallback.ts';
import { fitOfNeed, memoryFor, memoryNeed } from '../../../src-shared/domain/fit.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Hardware } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import type { Standing } from './decide.ts';
import { effectiveParameters } from './expected.ts';
import { type Profile, profileOfName } from './profile.ts';

export interface SetupFacts {
  readonly requested: Profile;
  readonly standing: Standing;
  readonly task: GenerationTask;
  readonly hardware: Hardware;
  /** Of the library's disk; `null` when it could not be asked. */
  readonly freeDiskBytes: number | null;
  readonly catalogue: Catalogue;
}

/** A model of the catalogue that is known to be a good download, and what it would take. */
export interface Recommendation {
  readonly ref: string;
  readonly name: string;
  /** Of the download; 0 when not known. */
  readonly sizeBytes: number;
  readonly memoryBytes: number;
}

const MOST_RECOMMENDED = 3;
/** Larder itself runs these; for all others another program is needed. */
const RUN_BY_LARDER: ReadonlySet<GenerationTask> = new Set(['chat', 'completion', 'embedding']);
const OTHER_PROGRAMS: Readonly<Record<string, string>> = {
  transcription: 'whisper.cpp or another program for speech',
  image: 'ComfyUI or another program for pictures',
  video: 'ComfyUI or another program for videos',
};

export function setupSteps(facts: SetupFacts): string[] {
  return [memoryStep(facts), ...requestedStep(facts), ...modelSteps(facts), ...runStep(facts)];
}

function memoryStep({ hardware }: SetupFacts): string {
  const { memoryBytes, videoMemoryBytes } = hardware;
  const most = formatBytes(Math.max(memoryFor(memoryBytes), videoMemoryBytes ?? 0));
  const graphics =
    videoMemoryBytes === null
      ? 'no graphics memory that Larder could find'
      : `${formatBytes(videoMemoryBytes)} of graphics memory`;
  return `This computer has ${formatBytes(memoryBytes)} of memory and ${graphics}: a model may take up to ${most}.`;
}

function requestedStep({ requested, standing }: SetupFacts): string[] {
  const { name } = requested;
  switch (standing) {
    case 'fetchable':
      return [`Download ${name}: its files are not all here.`];
    case 'held':
      return [`See to ${name} in the library: it waits for you.`];
    case 'coming':
      return [`${name} is on its way: ask again once it is here.`];
    case 'unrunnable':
      return [
        `Nothing here runs ${name}: take a GGUF version of it, or start a program that does.`,
      ];
    default:
      return [];
  }
}

function modelSteps(facts: SetupFacts): string[] {
  const found = recommend(facts);
  if (found.length === 0) return ['No model that Larder knows for this fits in that memory.'];
  const [best, ...others] = found;
  const free = facts.freeDiskBytes;
  const lacking = free === null || !best ? 0 : best.sizeBytes - free;
  return [
    ...(lacking > 0 ? [`Free ${formatBytes(lacking)} on the disk of the library first.`] : []),
    ...(best
      ? [`Download ${best.name}: paste ${best.ref} into the search box (${costOf(best)}).`]
      : []),
    ...others.map((one) => `Or, smaller: ${one.name}, ${one.ref} (${costOf(one)}).`),
  ];
}

function costOf({ sizeBytes, memoryBytes }: Recommendation): string {
  const memory = `needs about ${formatBytes(memoryBytes)} of memory`;
  return sizeBytes > 0 ? `about ${formatBytes(sizeBytes)}, ${memory}` : memory;
}

function runStep({ task }: SetupFacts): string[] {
  if (RUN_BY_LARDER.has(task)) return ['Ask again: Larder runs it by itself.'];
  return [`Larder keeps such models but does not run them: start ${OTHER_PROGRAMS[task]} as well.`];
}

/**
 * The strongest that fit well, no two of a size. When a family was asked for, its own models come first; an
 * embedding model is only of use when it is the very one.
 */
export function recommend({ requested, task, hardware, catalogue }: SetupFacts): Recommendation[] {
  const fitting = catalogue.families
    .filter(({ tasks, specialties }) => tasks.includes(task) && specialties === undefined)
    .flatMap((family) => family.models.map((size) => ({ family, size })))
    .flatMap(({ family, size }) => {
      if (size.ref === undefined) return [];
      const profile = profileOfName(size.ref, catalogue);
      const bits = profile.bitsPerWeight;
      const sizeBytes = size.sizeBytes ?? (bits ? Math.round((size.parameters * bits) / 8) : 0);
      const memoryBytes = size.memoryBytes ?? memoryNeed(sizeBytes);
      const verdict = fitOfNeed(memoryBytes, hardware);
      if (verdict !== 'gpu' && verdict !== 'memory') return [];
      const name = `${family.name} ${size.names[0]}`;
      const nearness = family.id === requested.family?.id ? 1 : 0;
      const strength = strengthOf(family.released, size.parameters, size.activeParameters);
      return [{ ref: size.ref, name, sizeBytes, memoryBytes, nearness, strength }];
    })
    .toSorted((a, b) => b.nearness - a.nearness || b.strength - a.strength);
  return spread(fitting).map(({ ref, name, sizeBytes, memoryBytes }) => ({
    ref,
    name,
    sizeBytes,
    memoryBytes,
  }));
}

/** Doublings of size, one more for each year; see `expected.ts`. */
function strengthOf(released: string, parameters: number, active = parameters): number {
  const [year = 0, month = 0] = released.split('-').map(Number);
  const size = effectiveParameters({ parameters, activeParameters: active }) ?? 1;
  return Math.log2(size) + year + month / 12;
}

/** The first, and then those that take a good deal less. */
function spread<T extends { readonly memoryBytes: number }>(all: readonly T[]): T[] {
  const taken: T[] = [];
  for (const one of all) {
    const last = taken.at(-1);
    if (!last || one.memoryBytes < 0.6 * last.memoryBytes) taken.push(one);
    if (taken.length === MOST_RECOMMENDED) break;
  }
  return taken;
}
