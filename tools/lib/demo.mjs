import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleForNode } from './bundle.mjs';
import { buildIfStale } from './freshness.mjs';
import { OUT, ROOT } from './paths.mjs';
import { Stop, say } from './say.mjs';

const HUB_START_MS = 30_000;
const HUB_SOURCES = ['tests/hub', 'tests/support', 'src-shared', 'src-main', 'package-lock.json'];

/** One of each source: the variants of a model, one that takes its time, tags, an address, a version. */
const REFERENCES = [
  ['hf:larder-demo/tiny-words-GGUF', 'three variants, small'],
  ['hf:larder-demo/slow-and-large', '400 MB, to watch'],
  ['hf:larder-demo/gated-words-GGUF', 'asks for a token: hf_demo_member'],
  ['ollama:tiny-words:f16', 'the Ollama registry'],
  ['civitai:10012', 'a version of Civitai, two files to choose from'],
];

/**
 * Runs the application against a hub on this machine, with nothing kept afterwards.
 * @param {(args: readonly string[]) => Promise<number>} start the application
 */
export async function withDemo(start) {
  const userData = await mkdtemp(join(tmpdir(), 'larder-demo-'));
  const hub = await startHub();
  process.env.HF_ENDPOINT = hub.url;
  try {
    const folder = join(userData, 'data');
    await pointSourcesTo(hub.url, folder);
    greet(hub.url);
    return await start([`--user-data-dir=${folder}`]);
  } finally {
    hub.stop();
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Has no variable of its own, as the hub has: stored as a person would have set it. */
async function pointSourcesTo(url, folder) {
  await mkdir(folder, { recursive: true });
  const settings = { version: 1, hub: { ollama: url, civitai: url } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(settings));
}

/** What there is to try, to be pasted into the box at the top. */
function greet(url) {
  const references = [...REFERENCES, [`url:${url}/plain/tiny-words-Q8_0.gguf`, 'an address']];
  const width = Math.max(...references.map(([reference]) => reference.length));
  say(`demo hub at ${url}; paste one of these into the box at the top:`);
  for (const [reference, about] of references) say(`  ${reference.padEnd(width)}  ${about}`);
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
