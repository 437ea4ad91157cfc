/** Models of every kind of source, from what is pasted to what is ready. */
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { createDemoRepositories } from '../hub/demo-repositories.ts';
import { startHub } from '../hub/hub.ts';
import {
  cardOf,
  enterReference,
  modelsOf,
  openView,
  patchSettings,
  picture,
  pictures,
  sha256Of,
  test,
  track,
} from './larder-app.ts';

/** Presses the first button that downloads, and waits until the library says that it is ready. */
async function downloadFirst(page: Page) {
  const download = page.getByRole('region', { name: 'Variants' }).getByRole('button', {
    name: /^Download /,
  });
  await download.first().click();
  await expect(page.getByRole('button', { name: /^In library: show / }).first()).toBeVisible();
  await openView(page, 'Library');
  await expect(page.getByRole('table').getByRole('row').nth(1)).toContainText('Ready to use');
}

/** Every file that has a published digest is on disk with it. */
async function expectProven(page: Page) {
  const [model] = await modelsOf(page);
  expect(model?.availability).toBe('available');
  const proven = model?.files.filter(({ sha256 }) => sha256 !== undefined) ?? [];
  for (const { path: file, sha256 } of proven) {
    expect(await sha256Of(path.join(model?.folder ?? '', file))).toBe(sha256);
  }
  return { model, provenCount: proven.length };
}

test('S1: a model of the Ollama registry is found by its name and becomes available', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await enterReference(page, 'ollama run tiny-words');
  await expect(page.getByRole('heading', { name: /tiny-words/ })).toBeVisible();
  await pictures(page, '50-ollama');
  await downloadFirst(page);
  const { model, provenCount } = await expectProven(page);
  expect(model?.id).toBe('ollama:library/tiny-words:latest');
  expect(provenCount).toBeGreaterThan(0);
  await picture(page, '51-ollama-available');
});

test('S1: the address of a file becomes a model, proven by the digest in it', async ({ bench }) => {
  const { page } = await bench.launch();
  const address = `${bench.hub.url}/plain/tiny-words-Q8_0.gguf`;
  await enterReference(page, `url:${address}`);
  await expect(page.getByRole('heading', { name: /tiny-words/ })).toBeVisible();
  await pictures(page, '52-url');
  await downloadFirst(page);
  const { model } = await expectProven(page);
  expect(model?.id).toContain(address);
});

test('S1: a version of Civitai becomes available', async ({ bench }) => {
  const { page } = await bench.launch();
  await enterReference(page, 'civitai:10012');
  await expect(page.getByRole('heading', { name: /Tiny painter/ })).toBeVisible();
  await pictures(page, '53-civitai');
  await downloadFirst(page);
  const { model, provenCount } = await expectProven(page);
  expect(model?.id).toContain('civitai:');
  expect(provenCount).toBeGreaterThan(0);
});

test('S1: a mirror takes over where the hub sends garbage, and the bytes are the right ones', async ({
  bench,
}) => {
  const mirror = await startHub({ repositories: createDemoRepositories() });
  try {
    bench.hub.setFaults('silero/silero-vad/**', { kind: 'bitflip', origin: 'cdn', afterBytes: 10 });
    mirror.setRates({ totalBytesPerSecond: 1e6 });
    const { page } = await bench.launch();
    await patchSettings(page, { hub: { mirrors: [mirror.url] } });
    await track(page, 'hf:silero/silero-vad');
    await openView(page, 'Downloads');
    await mirror.until(() => mirror.bytesSent('silero/silero-vad/**') > 500_000);
    const card = cardOf(page, 'silero-vad');
    await card.getByRole('button', { name: 'Files of silero-vad' }).click();
    const hosts = [mirror.url, mirror.cdnUrl].map((url) => new URL(url).host);
    await expect(card).toContainText(new RegExp(`connections? to (${hosts.join('|')})`));
    await pictures(page, '54-mirror-takes-over');
    mirror.setRates({});
    await expect(card).toContainText('every file verified');
    await expectProven(page);
    expect(mirror.leaks).toEqual([]);
  } finally {
    await mirror.close();
  }
});

test('a mirror is named in the settings view', async ({ bench }) => {
  const { page } = await bench.launch();
  await openView(page, 'Settings');
  const mirrors = page.getByRole('group', { name: 'Mirrors' });
  await mirrors.getByRole('button', { name: /^Add/ }).click();
  const first = mirrors.getByRole('textbox', { name: 'Mirrors 1' });
  await first.fill('not an address');
  await first.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(/^Enter an address that begins with/);
  await page.getByRole('alert').scrollIntoViewIfNeeded();
  await pictures(page, '55-mirror-refused');
  await first.fill('https://hf-mirror.example/');
  await first.press('Enter');
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(first).toHaveValue('https://hf-mirror.example');
});
