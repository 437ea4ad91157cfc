/** Starts the built application in the real Electron, against a local hub, in folders of its own. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { createDemoRepositories, DEMO_TOKENS } from '../hub/demo-repositories.ts';
import { type Hub, startHub } from '../hub/hub.ts';

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
  /** Starts the application; again after a kill or close, on the same folders. */
  launch(...args: string[]): Promise<RunningApp>;
}

/** As root Chromium starts only without its sandbox. */
const ROOT_SWITCHES = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export const test = base.extend<{ bench: Bench }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to find dependencies
  bench: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'larder-e2e-'));
    const userData = path.join(folder, 'data');
    await mkdir(userData);
    const hub = await startHub({ repositories: createDemoRepositories(), tokens: DEMO_TOKENS });
    const running = new Set<RunningApp>();
    const launch = async (...args: string[]): Promise<RunningApp> => {
      const app = await launchApp(hub, [`--user-data-dir=${userData}`, ...args]);
      running.add(app);
      return app;
    };
    await use({ hub, userData, library: path.join(userData, 'library'), launch });
    for (const app of running) await app.kill();
    await hub.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});

async function launchApp(hub: Hub, args: readonly string[]): Promise<RunningApp> {
  const electron = await _electron.launch({
    args: [...ROOT_SWITCHES, ...args, ROOT],
    env: { ...withoutTokens(process.env), HF_ENDPOINT: hub.url },
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
