import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleForNode } from './bundle.mjs';
import { buildIfStale } from './freshness.mjs';
import { OUT, ROOT } from './paths.mjs';
import { Stop, say } from './say.mjs';

const HUB_START_MS = 30_000;
const HUB_SOURCES = ['tests/hub', 'tests/support', 'src-shared', 'src-main', 'package-lock.json'];

/**
 * Runs the application against a hub on this machine, with nothing kept afterwards.
 * @param {(args: readonly string[]) => Promise<number>} start the application
 */
export async function withDemo(start) {
  const userData = await mkdtemp(join(tmpdir(), 'larder-demo-'));
  const hub = await startHub();
  say(`demo hub at ${hub.url}`);
  process.env.HF_ENDPOINT = hub.url;
  try {
    return await start([`--user-data-dir=${join(userData, 'data')}`]);
  } finally {
    hub.stop();
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Starts the hub as a child that ends when its input closes, so it cannot outlive this process. */
async function startHub() {
  await buildIfStale('hub', HUB_SOURCES, () =>
    bundleForNode(
      { hub: join(ROOT, 'tests/hub/serve.ts') },
      { outDir: join(OUT, 'tools'), extension: '.mjs' },
    ),
  );
  const child = spawn(process.execPath, [join(OUT, 'tools/hub.mjs')], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const { url } = JSON.parse(await firstLine(child));
  return { url, stop: () => child.stdin.end() };
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    const fail = (reason) => reject(new Stop(`the demo hub did not start: ${reason}`));
    const limit = setTimeout(() => fail('no answer'), HUB_START_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit code ${code}`));
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(limit);
      resolve(line);
    });
  });
}
