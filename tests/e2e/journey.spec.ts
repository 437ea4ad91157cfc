import path from 'node:path';
import { expect } from '@playwright/test';
import { picture, sha256Of, test } from './larder-app.ts';

test('search, pick a variant, download: the bytes on disk are the published ones', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await expect(page.getByText('No models yet')).toBeVisible();
  await picture(page, '01-library-empty');

  const search = page.getByRole('textbox', { name: 'Search or paste a model reference' });
  await search.fill('words');
  await search.press('Enter');
  await expect(page.getByRole('list', { name: 'Search results' })).toBeVisible();
  await picture(page, '02-search-results');

  await page.getByRole('button', { name: 'Open tiny-words-GGUF', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Variants' })).toBeVisible();
  await picture(page, '03-repository');
  await page.getByRole('button', { name: 'Download Q8_0' }).click();
  await expect(page.getByRole('button', { name: 'In library: show Q8_0' })).toBeVisible();

  await page
    .getByRole('link', { name: 'Library' })
    .or(page.getByRole('button', { name: 'Library' }))
    .first()
    .click();
  const row = page.getByRole('row', { name: 'tiny-words-GGUF' });
  await expect(row).toContainText('Ready to use');
  await picture(page, '04-library-available');

  const published = bench.hub.log.find(({ file }) => file?.endsWith('Q8_0.gguf'));
  expect(published).toBeDefined();
  const file = path.join(bench.library, 'larder-demo/tiny-words-GGUF/tiny-words-Q8_0.gguf');
  expect(await sha256Of(file)).toBe(await publishedSha256(bench.hub.url, 'tiny-words-Q8_0.gguf'));
  expect(bench.hub.leaks).toEqual([]);
});

async function publishedSha256(hubUrl: string, name: string): Promise<string | undefined> {
  const answer = await fetch(
    `${hubUrl}/api/models/larder-demo/tiny-words-GGUF/tree/main?recursive=true`,
  );
  const tree = (await answer.json()) as Array<{ path: string; lfs?: { oid: string } }>;
  return tree.find((entry) => entry.path === name)?.lfs?.oid;
}

test('a pasted page address opens the model, in dark as in light', async ({ bench }) => {
  const { page } = await bench.launch();
  const patched = await page.evaluate(() =>
    window.larder['settings.patch']({ appearance: { theme: 'dark' } }).then(JSON.parse),
  );
  expect(patched.ok).toBe(true);
  const search = page.getByRole('textbox', { name: 'Search or paste a model reference' });
  await search.fill('https://huggingface.co/silero/silero-vad');
  await search.press('Enter');
  await expect(page.getByRole('heading', { name: /silero-vad/ })).toBeVisible();
  await picture(page, '05-repository-dark');
});
