/**
 * What a model has to have, or it cannot stand in at all. What is not known of a model does not rule it out, save for
 * its task. Pure.
 */
import type { GenerationTask, Requirements } from '../../../src-shared/domain/fallback.ts';
import { isOneModel } from './expected.ts';
import type { Profile } from './profile.ts';

/** Pictures and videos beyond what a model was made for lose quality, and beyond this much they fall apart. */
const PIXEL_SLACK = 1.5;

/** What a request is for, told or taken from the model it names. */
export function taskOf(requested: Profile, { task }: Requirements): GenerationTask {
  return task ?? requested.tasks[0] ?? 'chat';
}

/** @returns what the model lacks, as the end of a sentence; `null` when it has all that is needed */
export function lackOf(
  profile: Profile,
  task: GenerationTask,
  requirements: Requirements,
): string | null {
  return lackOfKind(profile, task, requirements) ?? lackOfMemory(profile, requirements);
}

/** Of all that is the same in every model of one kind, see {@link Profile}. */
export function lackOfKind(
  profile: Profile,
  task: GenerationTask,
  requirements: Requirements,
): string | null {
  if (!profile.tasks.includes(task)) return `is not known to be made for ${task}`;
  const { vision, tools, json, languages, contextTokens } = requirements;
  if (vision && profile.vision !== true) return 'does not take pictures';
  if (tools && profile.tools === false) return 'does not call functions';
  if (json && profile.json === false) return 'does not answer in JSON';
  if (contextTokens && profile.contextTokens !== null && profile.contextTokens < contextTokens) {
    return `holds ${profile.contextTokens} of the ${contextTokens} tokens`;
  }
  const language = languages?.find((one) => !speaks(profile, one));
  if (language !== undefined) return `is not known to be made for the language ${language}`;
  return lackOfSize(profile, requirements);
}

export function lackOfMemory(
  { memoryBytes }: Pick<Profile, 'memoryBytes'>,
  { maxMemoryBytes }: Requirements,
): string | null {
  return maxMemoryBytes !== undefined && memoryBytes > maxMemoryBytes
    ? 'needs more memory than may be used'
    : null;
}

const speaks = ({ languages }: Profile, language: string) =>
  languages === null || languages.includes(language) || languages.includes('mul');

function lackOfSize({ size, family }: Profile, { image, video }: Requirements): string | null {
  const pictures = size?.image ?? family?.image;
  if (image && pictures && image.width * image.height > PIXEL_SLACK * pictures.maxPixels) {
    return 'is made for smaller pictures';
  }
  const videos = size?.video ?? family?.video;
  if (!video || !videos) return null;
  if (video.width * video.height > PIXEL_SLACK * videos.maxPixels) {
    return 'is made for smaller videos';
  }
  return video.frames > videos.maxFrames ? 'is made for shorter videos' : null;
}

/** Vectors of two models cannot be compared: a search over what was embedded before would find nothing. */
export function embedsAlike(requested: Profile, candidate: Profile): boolean {
  if (isOneModel(requested, candidate)) return true;
  if (requested.family === null || candidate.family === null) return false;
  return requested.family.id === candidate.family.id && requested.size === candidate.size;
}
