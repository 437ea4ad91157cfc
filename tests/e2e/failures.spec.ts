import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { canMountDisks, mountSmallDisk } from '../support/small-disk.ts';
import { picture, test } from './larder-app.ts';

const searchBox = (page: Page) =>
  page.getByRole('textbox', { name: 'Search or paste a model reference' });

async function enter(page: Page, text: string) {
  await searchBox(page).fill(text);
  await searchBox(page).press('Enter');
}

const openView = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByText(name, { exact: true }).click();

test('a gated repository asks for a token and continues once given', async ({ bench }) => {
  const { page } = await bench.launch();
  await enter(page, 'hf:larder-demo/gated-words-GGUF');
  await expect(page.getByText('This model asks for an access token')).toBeVisible();
  await picture(page, '09-gated');
  await page.getByLabel('Hugging Face access token').fill('hf_demo_member');
  await page.getByRole('button', { name: 'Save token' }).click();
  const consent = page.getByRole('dialog');
  await expect(consent).toContainText('plain text');
  await picture(page, '10-plain-text-consent');
  await consent.getByRole('button', { name: 'Store it unencrypted' }).click();
  await expect(page.getByText('This model asks for an access token')).toBeHidden();
  await page
    .getByRole('button', { name: /^Download / })
    .and(page.locator(':not([aria-haspopup])'))
    .first()
    .click();
  await openView(page, 'Library');
  await expect(page.getByRole('row', { name: 'gated-words-GGUF' })).toContainText('Ready to use');
  expect(bench.hub.leaks).toEqual([]);
});

test('a gated download that was started without a token goes on by itself', async ({ bench }) => {
  const { page } = await bench.launch();
  const tracked = await page.evaluate(() =>
    window.larder['models.track']({ ref: 'hf:larder-demo/gated-words-GGUF' }).then(JSON.parse),
  );
  expect(tracked.ok).toBe(true);
  await openView(page, 'Downloads');
  const card = page.getByRole('listitem', { name: 'gated-words-GGUF' });
  await expect(card).toContainText('is gated');
  await picture(page, '11-download-gated');
  await card.getByRole('button', { name: 'Add an access token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Hugging Face access token').fill('hf_demo_member');
  await dialog.getByRole('button', { name: 'Save token' }).click();
  await page.getByRole('button', { name: 'Store it unencrypted' }).click();
  await expect(card).toContainText(/finished/i);
});

test('a missing repository gives its sentence and its buttons', async ({ bench }) => {
  const { page } = await bench.launch();
  await enter(page, 'hf:larder-demo/does-not-exist');
  await expect(page.getByText('does not exist, or is private')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add an access token' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Change the reference' })).toBeVisible();
  await picture(page, '12-missing-repository');
});

test('without a network the search says so and offers to try again', async ({ bench }) => {
  const { page } = await bench.launch();
  await bench.hub.goOffline();
  await enter(page, 'words');
  await expect(page.getByText('cannot be reached')).toBeVisible();
  await picture(page, '13-offline');
  await bench.hub.goOnline();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('list', { name: 'Search results' })).toBeVisible();
});

test('a full disk gives its sentence and its buttons, and space lets it go on', async ({
  bench,
}) => {
  test.skip(!canMountDisks, 'this system does not let the tests mount a volume');
  const disk = mountSmallDisk(path.join(bench.userData, 'small-disk'), 'size=8m');
  try {
    const { page } = await bench.launch(`--library=${path.join(disk.folder, 'library')}`);
    await page.evaluate(() => window.larder['settings.patch']({ downloads: { keepFreeBytes: 0 } }));
    await page.evaluate(() => window.larder['models.track']({ ref: 'hf:tesseract/eng:all' }));
    await openView(page, 'Downloads');
    const card = page.getByRole('listitem', { name: 'eng' });
    await expect(card).toContainText('are needed in');
    await expect(card.getByRole('button', { name: 'Free space' })).toBeVisible();
    await picture(page, '14-disk-full');
    disk.remount('size=128m');
    await card.getByRole('button', { name: 'Try again', exact: true }).first().click();
    await expect(card).toContainText(/finished/i);
  } finally {
    disk.release();
  }
});

test('a line with faults shows its retries in words', async ({ bench }) => {
  const { page } = await bench.launch();
  bench.hub.setFaults('silero/silero-vad/**', {
    kind: 'status',
    status: 503,
    origin: 'cdn',
    retryAfter: 30,
    times: 2,
  });
  await page.evaluate(() => window.larder['models.track']({ ref: 'hf:silero/silero-vad' }));
  await openView(page, 'Downloads');
  const card = page.getByRole('listitem', { name: 'silero-vad' });
  await expect(card).toContainText(/retrying in \d+ s \(1 of 3\)/i);
  await expect(card).toContainText('answered with an error (503)');
  await picture(page, '15-retrying');
});
