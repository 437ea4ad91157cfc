import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { placeParts } from '../../../src-main/library/place-parts.ts';
import { temporaryFolder } from '../../support/folders.ts';

it('nothing is placed any more once an install has failed', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'parts'));
  const parts = Array.from({ length: 400 }, (_, index) => ({
    relative: `model/${index}.txt`,
    part: path.join(folder, 'parts', String(index)),
    sizeBytes: 1,
    isProven: async () => false,
  }));
  // The very first is not there.
  for (const { part } of parts.slice(1)) await writeFile(part, 'x');
  const placement = { folder, quarantineFolder: path.join(folder, 'q'), mayReplace: false };
  await expect(placeParts(parts, placement)).rejects.toMatchObject({ code: 'LIBRARY_MISSING' });
  const placed = () => readdir(path.join(folder, 'model'));
  const when = await placed();
  expect(when.length).toBeLessThan(100);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await placed()).toEqual(when);
});
