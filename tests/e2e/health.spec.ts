/** Damage on the disk, found and mended in the real window; a checkpoint that holds code. */
import { open, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import {
  type Bench,
  modelsOf,
  openView,
  patchSettings,
  pictures,
  test,
  track,
} from './larder-app.ts';

const LARGE = { ref: 'hf:larder-demo/slow-and-large', title: 'slow-and-large Q8_0' };
const WEIGHTS = '**/slow-and-large-Q8_0.gguf';

/** Absolute path of the largest file of the only model. */
async function largestFile(page: Page): Promise<{ place: string; sizeBytes: number }> {
  const [model] = await modelsOf(page);
  const [file] = (model?.files ?? []).toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  if (!model || !file) throw new Error('no model');
  return { place: path.join(model.folder, file.path), sizeBytes: file.sizeBytes };
}

/** One byte, as a worn-out disk would: the file's time stays. */
async function flip(place: string, offset: number) {
  const { atime, mtime } = await stat(place);
  const file = await open(place, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  await file.write(byte, 0, 1, offset);
  await file.close();
  await utimes(place, atime, mtime);
}

/** From `Piece 192 of 384`, rounded up. */
async function pieceBytesIn(card: Locator, sizeBytes: number): Promise<number> {
  const [, count] = /Piece \d+ of (\d+)/.exec((await card.textContent()) ?? '') ?? [];
  return Math.ceil(sizeBytes / Number(count));
}

async function installLarge(bench: Bench): Promise<Page> {
  const { page } = await bench.launch();
  await patchSettings(page, { health: { automation: 'ask' } });
  await track(page, LARGE.ref);
  await openView(page, 'Downloads');
  await expect(page.getByText('every file verified')).toBeVisible({ timeout: 60_000 });
  return page;
}

test('R6.2: a flipped byte is found, named by piece, mended by pieces, and the model is available again', async ({
  bench,
}) => {
  const page = await installLarge(bench);
  await openView(page, 'Health');
  const card = page.getByRole('listitem', { name: LARGE.title });
  await expect(card).toBeVisible();
  await pictures(page, '60-health-fine');

  const { place, sizeBytes } = await largestFile(page);
  await flip(place, Math.floor(sizeBytes / 2));
  await page.getByRole('button', { name: 'Check every byte' }).click();
  await expect(card).toContainText('Damaged');
  await expect(card).toContainText(/Piece \d+ of \d+ differs/);
  await expect(page.getByRole('alert').or(page.getByText('Model damaged')).first()).toBeVisible();
  await pictures(page, '61-health-damaged');
  await openView(page, 'Library');
  await pictures(page, '62-library-damaged');
  const row = page.getByRole('row', { name: LARGE.title });
  await row.getByRole('button', { name: /^Damaged\..* Show the health of/ }).click();
  await expect(card.getByRole('button', { expanded: true })).toBeFocused();

  const pieceBytes = await pieceBytesIn(card, sizeBytes);
  const before = bench.hub.bytesSent(WEIGHTS);
  await card.getByRole('button', { name: /^Repair: fetch 1 piece,/ }).click();
  await expect(card).not.toContainText('Damaged', { timeout: 30_000 });
  expect(bench.hub.bytesSent(WEIGHTS) - before).toBeLessThanOrEqual(2 * pieceBytes);
  await page.getByRole('button', { name: 'Check every byte' }).click();
  await expect(page.getByRole('region', { name: 'What happened' })).toContainText('Mended');
  await expect(card).not.toContainText('Damaged');
  await pictures(page, '63-health-mended');
  await openView(page, 'Library');
  await expect(page.getByRole('row', { name: LARGE.title })).toContainText(/Ready to use/);
});

test('R6.2: a finding is ignored with a reason, a model taken out of use and put back', async ({
  bench,
}) => {
  const page = await installLarge(bench);
  const { place } = await largestFile(page);
  await flip(place, 1_000);
  await openView(page, 'Health');
  const card = page.getByRole('listitem', { name: LARGE.title });
  await page.getByRole('button', { name: 'Check every byte' }).click();
  await expect(card).toContainText('Damaged');

  await card.getByRole('button', { name: 'Ignore…' }).first().click();
  const why = page.getByRole('dialog', { name: 'Ignore this finding?' });
  await why.getByRole('textbox', { name: 'Why' }).fill('I changed it myself');
  await pictures(page, '64-health-ignore');
  await why.getByRole('button', { name: 'Ignore it' }).click();
  await expect(card).toContainText('Does not count: I changed it myself');
  await expect(card.getByRole('button', { name: 'Count it again' })).toBeVisible();

  await card.getByRole('button', { name: 'Take out of use…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take out of use' }).click();
  await expect(card.getByRole('button', { name: 'Release…' })).toBeVisible();
  await expect(stat(place)).rejects.toThrow();
  await pictures(page, '65-health-quarantined');
  await card.getByRole('button', { name: 'Release…' }).click();
  const release = page.getByRole('dialog', { name: /^Put slow-and-large/ });
  await release.getByRole('textbox', { name: 'Why' }).fill('I know where it is from');
  await release.getByRole('button', { name: 'Put it back' }).click();
  await expect(card.getByRole('button', { name: 'Release…' })).toHaveCount(0);
  expect((await stat(place)).isFile()).toBe(true);
});
