import path from 'node:path';
import { expect } from '@playwright/test';
import { OPERATION_NAMES } from '../../src-shared/contract/operations.ts';
import { ROOT, test } from './larder-app.ts';

test('the page has the contract and nothing of Node or Electron', async ({ bench }) => {
  const { page } = await bench.launch();
  const seen = await page.evaluate(() => ({
    keys: Object.keys(window.larder).sort(),
    require: typeof Reflect.get(globalThis, 'require'),
    process: typeof Reflect.get(globalThis, 'process'),
    module: typeof Reflect.get(globalThis, 'module'),
  }));
  expect(seen.keys).toEqual([...OPERATION_NAMES, 'onEvents'].sort());
  expect([seen.require, seen.process, seen.module]).toEqual([
    'undefined',
    'undefined',
    'undefined',
  ]);
});

test('every window is sandboxed, isolated and without Node', async ({ bench }) => {
  const { electron } = await bench.launch();
  const preferences = await electron.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => {
      const read = Reflect.get(contents, 'getLastWebPreferences') as () => Electron.WebPreferences;
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = Reflect.apply(
        read,
        contents,
        [],
      );
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
    }),
  );
  expect(preferences).toEqual([
    {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    },
  ]);
});

test('the policy allows our own files only, and inline script does not run', async ({ bench }) => {
  const { page } = await bench.launch();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  const policy = await page.evaluate(async () => {
    const answer = await fetch('app://larder/index.html');
    return answer.headers.get('content-security-policy');
  });
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/);
  expect(violations).toEqual([]);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    return Reflect.get(globalThis, 'injected') === true;
  });
  expect(ran).toBe(false);
});

test('the window of the application meets no policy violation of its own', async ({ bench }) => {
  const { page } = await bench.launch();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.reload();
  for (const view of ['Discover', 'Downloads', 'Settings', 'Library']) {
    await page.getByRole('navigation', { name: 'Main' }).getByText(view, { exact: true }).click();
  }
  expect(complaints).toEqual([]);
});

test('nothing outside the built window can be read, opened or reached', async ({ bench }) => {
  const { page, electron } = await bench.launch();
  const outside = [
    'app://larder/..%2fmain/main.js',
    'app://larder/%2e%2e/main/main.js',
    'app://larder//etc/passwd',
    'app://larder/index.html%00.js',
    'app://elsewhere/index.html',
    `${bench.hub.url}/api/models`,
    'file:///etc/passwd',
  ];
  const answers = await page.evaluate(
    (addresses) =>
      Promise.all(
        addresses.map((address) =>
          fetch(address).then(
            ({ status }) => status,
            () => 0,
          ),
        ),
      ),
    outside,
  );
  expect(answers.filter((status) => status === 200)).toEqual([]);
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  expect(page.url()).toBe('app://larder/index.html');
  const windows = await electron.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().length,
  );
  expect(windows).toBe(1);
});

test('no device, place or file is granted, only notifications and copying', async ({ bench }) => {
  const { page } = await bench.launch();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'camera', 'microphone', 'midi', 'notifications'];
    const all = await Promise.all(
      names.map((name) => navigator.permissions.query({ name: name as PermissionName })),
    );
    return all.map(({ state }) => state);
  });
  expect(states).toEqual(['denied', 'denied', 'denied', 'denied', 'granted']);
});

test('a page of another origin is refused, even with our preload', async ({ bench }) => {
  const { electron } = await bench.launch();
  const preload = path.join(ROOT, 'out', 'preload', 'preload.cjs');
  const answer = await electron.evaluate(async ({ BrowserWindow }, file) => {
    const stranger = new BrowserWindow({ show: false, webPreferences: { preload: file } });
    await stranger.loadURL('data:text/html,<p>stranger</p>');
    const envelope: unknown = await stranger.webContents.executeJavaScript(
      "window.larder['models.list']({}).then(JSON.parse)",
    );
    stranger.destroy();
    return envelope;
  }, preload);
  expect(answer).toMatchObject({ ok: false, error: { code: 'ORIGIN_REFUSED' } });
});

test('a frame inside the window has no way in', async ({ bench }) => {
  const { page } = await bench.launch();
  const inFrame = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return typeof frame.contentWindow && Reflect.get(frame.contentWindow ?? {}, 'larder');
  });
  expect(inFrame).toBeUndefined();
});
