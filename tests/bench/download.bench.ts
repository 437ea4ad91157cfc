/**
 * A verified download over loopback, beside `curl; openssl dgst` and aria2c, in one run.
 * `npm run bench -- download [MiB] [rounds]`; with LARDER_BENCH_ELECTRON=<executable>, in Electron too.
 */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runEngine } from './parts/engine-run.ts';
import { type Client, compare, runCommands, runScript } from './parts/measure.ts';
import { serveFolder } from './parts/static-server.ts';

const FILE = 'weights.bin';
const self = fileURLToPath(import.meta.url);

function makeFile(file: string, sizeBytes: number): string {
  const block = Buffer.allocUnsafe(2 ** 20);
  const handle = openSync(file, 'w');
  for (let written = 0; written < sizeBytes; written += block.byteLength) {
    writeSync(handle, randomFillSync(block));
  }
  closeSync(handle);
  const [digest = ''] = execFileSync('openssl', ['dgst', '-sha256', '-r', file], {
    encoding: 'utf8',
  }).split(' ');
  return digest;
}

async function measure(sizeBytes: number, rounds: number): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'larder-bench-'));
  const root = path.join(work, 'served');
  mkdirSync(root);
  const sha256 = makeFile(path.join(root, FILE), sizeBytes);
  const server = await serveFolder(root);
  const url = `${server.url}/${FILE}`;
  const out = path.join(work, 'out');
  const clean =
    (run: Client): Client =>
    async () => {
      await rm(out, { recursive: true, force: true });
      mkdirSync(out);
      return run();
    };
  const curl = ['curl', '-s', '-o', path.join(out, 'a'), url];
  const aria2 = (connections: number) => [
    'aria2c',
    '-q',
    `-x${connections}`,
    `-s${connections}`,
    `--checksum=sha-256=${sha256}`,
    '-d',
    out,
    '-o',
    'b',
    url,
  ];
  const ours = [self, 'ours', url, String(sizeBytes), sha256, out];
  const electron = process.env.LARDER_BENCH_ELECTRON;
  const clients: Record<string, Client> = {
    'curl; openssl dgst': clean(() =>
      runCommands([curl, ['openssl', 'dgst', '-sha256', path.join(out, 'a')]]),
    ),
    'curl, not verified': clean(() => runCommands([curl])),
    'aria2c -x1 --checksum': clean(() => runCommands([aria2(1)])),
    'aria2c -x8 --checksum': clean(() => runCommands([aria2(8)])),
    larder: clean(() => runScript(ours)),
    ...(electron && {
      'larder, in Electron': clean(() => runScript(ours, { ELECTRON_RUN_AS_NODE: '1' }, electron)),
    }),
  };
  try {
    const title = `verified download of ${sizeBytes / 2 ** 20} MiB over loopback from ${server.name}`;
    await compare(title, clients, rounds);
  } finally {
    await server.close();
    await rm(work, { recursive: true, force: true });
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'ours') {
  const [url = '', size = '0', sha256 = '', folder = ''] = rest;
  const files = [{ path: FILE, url, sizeBytes: Number(size), sha256 }];
  console.info(JSON.stringify(await runEngine({ folder, files })));
} else {
  await measure(Number(mode ?? 1024) * 2 ** 20, Number(rest[0] ?? 5));
}
