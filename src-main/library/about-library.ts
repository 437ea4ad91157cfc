/** `<library>/.larder/library.json`: what a library says of itself, on whichever drive letter it turns up. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../stores/atomic-file.ts';

const aboutLibrarySchema = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** What its models and downloads may take; `null` is as much as the disk has. */
  budgetBytes: z.number().int().positive().nullable(),
  /** Folder of the library that takes over its models; `null` while they stay. */
  movesTo: z.string().nullable(),
});
export type AboutLibrary = z.infer<typeof aboutLibrarySchema>;

/** Makes one where there is none, or none that can be read: it holds nothing that cannot be said again. */
export async function openAbout(own: string) {
  const file = path.join(own, 'library.json');
  const write = (about: AboutLibrary) =>
    writeFileAtomic(file, `${JSON.stringify(about, null, 2)}\n`);
  let about = await read(file);
  if (!about) {
    about = { version: 1, id: newId(), budgetBytes: null, movesTo: null };
    await write(about);
  }
  let now = about;
  return {
    get: (): AboutLibrary => now,
    /** Another id: it is a copy of a library that is open as well. */
    renew: async () => {
      const next = { ...now, id: newId() };
      await write(next);
      now = next;
    },
    change: async (change: Partial<Pick<AboutLibrary, 'budgetBytes' | 'movesTo'>>) => {
      const next = { ...now, ...change };
      await write(next);
      now = next;
    },
  };
}

const newId = () => randomBytes(8).toString('hex');

async function read(file: string): Promise<AboutLibrary | null> {
  try {
    return aboutLibrarySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
