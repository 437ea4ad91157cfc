/** When files were last read, where the volume keeps that: some never do, most note one reading a day. */
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '../../src-shared/domain/model.ts';
import type { FileReading } from '../engines/analytics/file-times-signal.ts';
import { folderOfModel } from '../library/model-folder.ts';

const DAY_SECONDS = 86_400;

/**
 * Tries it with a file of our own: one that was last read two days ago is read again.
 * @param folder absolute, on the volume in question; `false` when it cannot be written to
 */
export async function keepsAccessTimes(folder: string): Promise<boolean> {
  const trial = await mkdtemp(path.join(folder, 'read-')).catch(() => null);
  if (trial === null) return false;
  try {
    const file = path.join(trial, 'trial');
    await writeFile(file, 'read me');
    const now = Date.now() / 1_000;
    await utimes(file, now - 2 * DAY_SECONDS, now - 3 * DAY_SECONDS);
    const before = await stat(file);
    await readFile(file);
    return (await stat(file)).atimeMs > before.atimeMs;
  } catch {
    return false;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** What is smaller is read by file managers and indexers as well. */
const SMALLEST_BYTES = 2 ** 20;

/** The large files of installed models. @param libraryFolder absolute */
export async function readingsOf(
  libraryFolder: string,
  manifests: readonly Manifest[],
): Promise<FileReading[]> {
  const readings: FileReading[] = [];
  for (const manifest of manifests) {
    if (!manifest.installedAt || manifest.quarantine) continue;
    const folder = path.join(libraryFolder, folderOfModel(manifest));
    for (const { path: name, localPath, sizeBytes, excluded } of manifest.files) {
      if (excluded || sizeBytes < SMALLEST_BYTES) continue;
      const place = path.join(folder, localPath);
      const found = await stat(place).catch(() => null);
      if (!found) continue;
      const original = manifest.adopted?.places[name];
      readings.push({
        modelId: manifest.id,
        places: original === undefined ? [place] : [place, original],
        fileId: `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}`,
        readAt: Math.round(found.atimeMs),
      });
    }
  }
  return readings;
}
