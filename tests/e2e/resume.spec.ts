import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { SLOW_AND_LARGE_BYTES } from '../hub/demo-repositories.ts';
import { modelsOf, picture, sha256Of, test } from './larder-app.ts';

const FILE_PATTERN = 'larder-demo/slow-and-large/**';
const RATE = 60e6;

async function startDownload(page: Page) {
  const search = page.getByRole('textbox', { name: 'Search or paste a model reference' });
  await search.fill('hf:larder-demo/slow-and-large');
  await search.press('Enter');
  await page
    .getByRole('button', { name: /^Download (?!shelf)/ })
    .first()
    .click();
}

const openDownloads = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByText('Downloads', { exact: true }).click();

test('killed at half, it resumes by itself and fetches hardly anything twice', async ({
  bench,
}) => {
  bench.hub.setRates({ totalBytesPerSecond: RATE });
  const first = await bench.launch();
  await startDownload(first.page);
  await openDownloads(first.page);
  await bench.hub.until(() => bench.hub.bytesSent(FILE_PATTERN) > SLOW_AND_LARGE_BYTES / 4);
  await picture(first.page, '06-downloading');
  await bench.hub.until(() => bench.hub.bytesSent(FILE_PATTERN) > SLOW_AND_LARGE_BYTES / 2);
  await first.kill();

  const second = await bench.launch();
  await openDownloads(second.page);
  const card = second.page.getByRole('listitem', { name: 'slow-and-large' });
  await expect(card).toContainText(/MB\/s|connecting/);
  await picture(second.page, '07-resumed-after-kill');
  bench.hub.setRates({});
  await expect(card).toContainText('Finished', { ignoreCase: true, timeout: 30_000 });

  const installed = path.join(bench.library, 'larder-demo/slow-and-large');
  const [model] = await modelsOf(second.page);
  const [file] = model?.files.filter(({ sha256 }) => sha256) ?? [];
  expect(file).toBeDefined();
  expect(await sha256Of(path.join(installed, file?.path ?? ''))).toBe(file?.sha256);
  expect(bench.hub.bytesSent(FILE_PATTERN)).toBeLessThan(SLOW_AND_LARGE_BYTES * 1.05);
});

test('a pause survives a restart', async ({ bench }) => {
  bench.hub.setRates({ totalBytesPerSecond: RATE });
  const first = await bench.launch();
  await startDownload(first.page);
  await openDownloads(first.page);
  await bench.hub.until(() => bench.hub.bytesSent(FILE_PATTERN) > SLOW_AND_LARGE_BYTES / 8);
  await first.page.getByRole('button', { name: 'Pause slow-and-large' }).click();
  const card = first.page.getByRole('listitem', { name: 'slow-and-large' });
  await expect(card).toContainText(/paused/i);
  await first.close();

  const second = await bench.launch();
  await openDownloads(second.page);
  const again = second.page.getByRole('listitem', { name: 'slow-and-large' });
  await expect(again).toContainText(/paused/i);
  await picture(second.page, '08-paused-after-restart');
  const sent = bench.hub.bytesSent(FILE_PATTERN);
  bench.hub.setRates({});
  await second.page.getByRole('button', { name: 'Resume slow-and-large' }).click();
  await expect(again).toContainText('Finished', { ignoreCase: true, timeout: 30_000 });
  expect(bench.hub.bytesSent(FILE_PATTERN)).toBeLessThan(
    Math.max(SLOW_AND_LARGE_BYTES, sent) * 1.05,
  );
});
