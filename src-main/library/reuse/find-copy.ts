/**
 * Finds a whole file on this machine by its digest, or at least by name and size. What is found is a
 * candidate: only its own digest, measured anew, proves it.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest, ManifestFile } from '../../../src-shared/domain/model.ts';
import { containedPath } from '../contained-path.ts';
import { linkTargetOf } from '../model-folder.ts';
import type { Store } from './known-stores.ts';
import { foldersIn, sizeOfFile } from './look.ts';

/** A file that would have to be fetched. */
export interface Wanted {
  /** Absolute folder of the library it comes to. */
  readonly library: string;
  readonly modelId: string;
  /** `owner/name` at its hub. */
  readonly repository: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256?: string | undefined;
  /** Says something only where there is no SHA-256. */
  readonly gitSha1?: string | undefined;
}

interface Candidate {
  readonly path: string;
  readonly from: 'other-model' | 'other-store';
}

export interface OwnLibrary {
  /** Absolute. */
  readonly folder: string;
  readonly manifests: readonly Manifest[];
}

interface Elsewhere {
  /** Those that are open. */
  readonly libraries: readonly OwnLibrary[];
  readonly stores: readonly Store[];
  /** Files whose digest was measured, or is in their name. */
  readonly places: readonly string[];
}

/**
 * Candidates of the right size, the best proven first. Looks no further than the names require, and only
 * as far as it is asked for more.
 */
export async function* findCopies(
  wanted: Wanted,
  { libraries, stores, places }: Elsewhere,
): AsyncGenerator<Candidate> {
  if (wanted.sizeBytes === 0 || !(wanted.sha256 || wanted.gitSha1)) return;
  for (const library of libraries) {
    for await (const file of inLibrary(wanted, library)) {
      yield { path: file, from: 'other-model' };
    }
  }
  for (const place of places) {
    const found = await stat(place).catch(() => null);
    if (found?.size === wanted.sizeBytes) yield { path: place, from: 'other-store' };
  }
  for (const kind of ['hf-cache', 'ollama', 'lm-studio'] as const) {
    for (const { folder } of stores.filter((store) => store.kind === kind)) {
      for (const file of await LOOK_IN[kind](wanted, folder)) {
        const isFit = (await sizeOfFile(folder, file)) === wanted.sizeBytes;
        if (isFit) yield { path: file, from: 'other-store' };
      }
    }
  }
}

/** Files of other models, or other files of this one, whose digest was measured once. */
async function* inLibrary(wanted: Wanted, { folder, manifests }: OwnLibrary) {
  for (const manifest of manifests) {
    for (const file of manifest.files) {
      const isItself =
        folder === wanted.library && manifest.id === wanted.modelId && file.path === wanted.path;
      if (isItself || file.excluded || !hasContent(file, wanted)) continue;
      const relative = path.join(manifest.folder, file.localPath);
      const leadsTo = linkTargetOf(manifest, file.path);
      const place = leadsTo ?? (await containedPath(folder, relative).catch(() => null));
      if (place && (await sizeAt(folder, place, leadsTo)) === wanted.sizeBytes) yield place;
    }
  }
}

const sizeAt = async (folder: string, place: string, leadsTo: string | undefined) =>
  leadsTo === undefined
    ? sizeOfFile(folder, place)
    : stat(leadsTo).then(
        ({ size }) => size,
        () => null,
      );

function hasContent(file: ManifestFile, { sizeBytes, sha256, gitSha1 }: Wanted): boolean {
  if (file.sizeBytes !== sizeBytes || !file.verifiedSha256) return false;
  return sha256 ? file.verifiedSha256 === sha256 : file.gitSha1 === gitSha1;
}

/** Where a tool would have the file; most of these paths lead nowhere. */
const LOOK_IN: Record<Store['kind'], (wanted: Wanted, folder: string) => Promise<string[]>> = {
  'hf-cache': async ({ sha256, gitSha1 = '', repository, path: filePath }, folder) => {
    const models = await hfModels(folder);
    const blobs = models.map((model) => path.join(folder, model, 'blobs', sha256 ?? gitSha1));
    // Without the right to make links, on Windows, the files themselves are in there.
    const snapshots = path.join(folder, hfModel(repository), 'snapshots');
    const commits = await foldersIn(snapshots);
    return [...blobs, ...commits.map((commit) => path.join(snapshots, commit, filePath))];
  },
  ollama: async ({ sha256 }, folder) =>
    sha256 ? [path.join(folder, 'blobs', `sha256-${sha256}`)] : [],
  'lm-studio': async ({ path: filePath }, folder) => {
    const name = path.posix.basename(filePath);
    const publishers = await foldersIn(folder);
    const found = publishers.map(async (publisher) => {
      const repositories = await foldersIn(path.join(folder, publisher));
      return repositories.map((repository) => path.join(folder, publisher, repository, name));
    });
    return (await Promise.all(found)).flat();
  },
};

const hfModel = (repository: string) => `models--${repository.replaceAll('/', '--')}`;

/** Folder names of the models in a Hugging Face cache. */
export async function hfModels(folder: string): Promise<string[]> {
  return (await foldersIn(folder)).filter((name) => name.startsWith('models--'));
}
