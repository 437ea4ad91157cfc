/** What a crash or a bad disk does to a library between two runs. */
import { open, readdir, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { type Blow, MiB } from './storm-plan.ts';

async function partOf(folder: string, extension: string): Promise<string | undefined> {
  const downloads = path.join(folder, '.larder', 'downloads');
  const found = await readdir(downloads, { recursive: true }).catch(() => []);
  const sized = await Promise.all(
    found
      .filter((name) => name.endsWith(extension))
      .map(async (name) => ({ name, size: (await stat(path.join(downloads, name))).size })),
  );
  const [largest] = sized.toSorted((a, b) => b.size - a.size);
  return largest && path.join(downloads, largest.name);
}

/** Cuts the journal, or zeroes it from there on. */
export async function tear(folder: string, blow: Blow & { kind: 'torn-journal' }): Promise<void> {
  const journal = await partOf(folder, '.journal');
  if (!journal) return;
  const { size } = await stat(journal);
  const at = Math.floor(blow.share * size);
  await truncate(journal, at);
  if (blow.zeroed) await truncate(journal, size);
}

/** Has a piece of the part file read as zeros. */
export async function lie(folder: string, share: number, sizeBytes: number): Promise<void> {
  const part = await partOf(folder, '.part');
  if (!part || (await stat(part)).size !== sizeBytes) return;
  const from = Math.floor((share * sizeBytes) / MiB) * MiB;
  const length = Math.min(MiB, sizeBytes - from);
  const handle = await open(part, 'r+');
  await handle.write(Buffer.alloc(length), 0, length, from).finally(() => handle.close());
}
