import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { picture, ROOT, readApiFile, sha256Of, test } from './larder-app.ts';

const execute = promisify(execFile);

/** What curl prints, as JSON. Not synchronously: the hub lives in this process. */
async function curl(...args: string[]) {
  const { stdout } = await execute('curl', ['-s', ...args]);
  return JSON.parse(stdout);
}

test('curl with the token from api.json can do what the window does', async ({ bench }) => {
  const { page } = await bench.launch('--api');
  await expect(page.getByText('No models yet')).toBeVisible();
  await expect.poll(() => existsSync(path.join(bench.userData, 'api.json'))).toBe(true);
  const { url, token } = await readApiFile(bench.userData);
  const authorized = [
    '-H',
    `Authorization: Bearer ${token}`,
    '-H',
    'Content-Type: application/json',
  ];
  const api = `${url}/api/v1`;

  expect(await curl(`${url}/health/live`)).toEqual({ status: 'ok' });
  expect(await curl(`${api}/models`)).toMatchObject({ code: 'UNAUTHORIZED' });
  expect(await curl(...authorized, `${url}/health/ready`)).toMatchObject({ status: 'ok' });
  const found = await curl(...authorized, `${api}/models/search?q=words`);
  expect(found.items.length).toBeGreaterThan(0);
  const ref = 'hf:larder-demo/tiny-words-GGUF:Q8_0';
  const tracked = await curl(...authorized, '-d', JSON.stringify({ ref }), `${api}/models`);
  expect(tracked.id).toBe(ref);
  await expect
    .poll(async () => {
      const status = `${api}/models/status/detailed?id=${encodeURIComponent(ref)}`;
      return (await curl(...authorized, status)).items[0].availability;
    })
    .toBe('available');
  const [file] = tracked.files;
  expect(await sha256Of(path.join(tracked.folder, file.path))).toBe(file.sha256);
  await expect(page.getByRole('row', { name: 'tiny-words-GGUF' })).toContainText('Ready to use');

  const one = `${api}/models/${encodeURIComponent(ref)}`;
  const removed = await curl(...authorized, '-X', 'DELETE', `${one}?toTrash=false`);
  expect(removed.freedBytes).toBeGreaterThan(0);
  await expect(page.getByText('No models yet')).toBeVisible();
});

test('the local API is off until it is switched on, and then without a restart', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  expect(existsSync(path.join(bench.userData, 'api.json'))).toBe(false);
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByText('Settings', { exact: true })
    .click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await page.evaluate(() => window.larder['settings.patch']({ api: { enabled: true } }));
  await expect.poll(() => existsSync(path.join(bench.userData, 'api.json'))).toBe(true);
  await picture(page, '16-settings');
  const { url } = await readApiFile(bench.userData);
  expect(await curl(`${url}/health/live`)).toEqual({ status: 'ok' });
  await page.evaluate(() => window.larder['settings.patch']({ api: { enabled: false } }));
  await expect.poll(() => existsSync(path.join(bench.userData, 'api.json'))).toBe(false);
});

test('a second start with the same user data ends itself and leaves the first one alone', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  const electron = createRequire(import.meta.url)('electron') as string;
  const rootSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const second = spawn(electron, [...rootSwitches, ROOT, `--user-data-dir=${bench.userData}`], {
    stdio: 'ignore',
  });
  const code = await new Promise((resolve) => second.once('exit', resolve));
  expect(code).toBe(0);
  await expect(page.getByText('No models yet')).toBeVisible();
});
