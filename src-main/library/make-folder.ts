import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './file-errors.ts';

/**
 * Makes one folder, if it is not there yet, below one that has to be. A recursive mkdir would make the
 * library of a drive that went away anew, hides why it failed, and never ends below some special folders.
 */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

/** Makes a folder and those above it that are not there. @throws what the system says of the first that cannot be made */
export async function makeFolders(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  try {
    await makeFolder(folder);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolders(parent);
    await makeFolder(folder);
  }
}
