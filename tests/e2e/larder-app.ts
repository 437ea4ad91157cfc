/** Starts the built application in the real Electron, against a local hub, in folders of its own. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  _electron,
  test as base,
  type ElectronApplication,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import type { Model } from '../../src-shared/domain/model.ts';
import { createDemoRepositories, DEMO_TOKENS } from '../hub/demo-repositories.ts';
import { createDemoSources } from '../hub/demo-sources.ts';
import { type Hub, type HubOptions, startHub } from '../hub/hub.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface RunningApp {
  readonly electron: ElectronApplication;
  /** The window of the application. */
  readonly page: Page;
  /** Ends it as a crash does: no chance to tidy up. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface Bench {
  readonly hub: Hub;
  /** Throw-away user-data folder; the library is inside. */
  readonly userData: string;
  readonly library: string;
  /** Home folder of the person. */
  readonly home: string;
  /** Starts the application; again after a kill or close, on the same folders. */
  launch(...args: string[]): Promise<RunningApp>;
}

/** As root Chromium starts only without its sandbox. */
const ROOT_SWITCHES = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

interface Fixtures {
  /** What the hub offers beside the demo, or instead of it; set with `test.use`. */
  readonly hubOptions: Partial<HubOptions>;
  readonly bench: Bench;
}

export const test = base.extend<Fixtures>({
  hubOptions: [{}, { option: true }],
  bench: async ({ hubOptions }, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'larder-e2e-'));
    const userData = path.join(folder, 'data');
    await mkdir(userData);
    const home = path.join(folder, 'home');
    await mkdir(home);
    const hub = await startHub({
      repositories: createDemoRepositories(),
      tokens: DEMO_TOKENS,
      ...createDemoSources(),
      ...hubOptions,
    });
    await writeFile(
      path.join(userData, 'config.json'),
      JSON.stringify({
        version: 1,
        hub: { ollama: hub.url, civitai: hub.url },
        storage: { warnBelowBytes: 0 },
        generation: { findServers: false, gpu: 'off' },
      }),
    );
    const running = new Set<RunningApp>();
    const launch = async (...args: string[]): Promise<RunningApp> => {
      const app = await launchApp({ hub, home }, [`--user-data-dir=${userData}`, ...args]);
      running.add(app);
      return app;
    };
    await use({ hub, userData, library: path.join(userData, 'library'), home, launch });
    for (const app of running) await app.kill();
    await hub.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});

/** @param surroundings.home what other programs keep there is found */
async function launchApp(
  { hub, home }: { readonly hub: Hub; readonly home: string },
  args: readonly string[],
): Promise<RunningApp> {
  const electron = await _electron.launch({
    args: [...ROOT_SWITCHES, ...args, ROOT],
    env: { ...withoutTokens(process.env), HOME: home, HF_ENDPOINT: hub.url },
    timeout: 30_000,
  });
  const child = electron.process();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const page = await electron.firstWindow();
  return {
    electron,
    page,
    kill: async () => {
      if (!isOver()) child.kill('SIGKILL');
      await ended;
    },
    close: async () => {
      await electron.close();
      await ended;
    },
  };
}

function withoutTokens(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && name !== 'HF_TOKEN',
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

interface ApiAccess {
  readonly url: string;
  readonly token: string;
}

export async function readApiFile(userData: string): Promise<ApiAccess> {
  return JSON.parse(await readFile(path.join(userData, 'api.json'), 'utf8')) as ApiAccess;
}

/** A picture for people to look at, in `test-results/screens`. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(ROOT, 'test-results', 'screens', `${name}.png`) });
}

/** The same in light and in dark: `NAME-light`, `NAME-dark`. */
export async function pictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await picture(page, `${name}-${colorScheme}`);
  }
}

/** Types into the box at the top, as a person who searches or pastes a reference. */
export async function enterReference(page: Page, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Search or paste a model reference' });
  await box.fill(text);
  await box.press('Enter');
}

type View =
  | 'Try it'
  | 'Requests'
  | 'Library'
  | 'Discover'
  | 'Downloads'
  | 'Health'
  | 'Storage'
  | 'Activity'
  | 'Settings';

export const openView = (page: Page, name: View): Promise<void> =>
  page.getByRole('navigation', { name: 'Main' }).getByText(name, { exact: true }).click();

/** The card of a download in the downloads view. */
export const cardOf = (page: Page, title: string | RegExp): Locator =>
  page.getByRole('list', { name: 'Downloads' }).getByRole('listitem', { name: title, exact: true });

/** Settings as a program would change them, where the test is not about the settings view. */
export async function patchSettings(
  page: Page,
  patch: Parameters<(typeof window.larder)['settings.patch']>[0],
): Promise<void> {
  const answer = await page.evaluate(
    (input) => window.larder['settings.patch'](input).then(JSON.parse),
    patch,
  );
  if (!answer.ok) throw new Error(answer.error.detail);
}

/** Tracks models in this order, where the test is not about how they are found. */
export async function track(page: Page, ...refs: readonly string[]): Promise<void> {
  for (const ref of refs) {
    const answer = await page.evaluate(
      (asked) => window.larder['models.track']({ ref: asked }).then(JSON.parse),
      ref,
    );
    if (!answer.ok) throw new Error(answer.error.detail);
  }
}

export async function modelsOf(page: Page): Promise<readonly Model[]> {
  const answer = await page.evaluate(() => window.larder['models.list']({}).then(JSON.parse));
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value.items;
}
