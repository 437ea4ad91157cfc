/**
 * `kill -9` at half of a file, then the same again: bytes fetched twice, and how long the start takes.
 * `npm run bench -- resume [MiB] [rounds] [MB/s per connection]`. Needs nginx.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BenchFolders, empty, makeRandomFile, withFolders } from './parts/files.ts';
import { median } from './parts/measure.ts';
import { didRunOurs, oursArguments } from './parts/ours.ts';
import { aria2, curl, hasProgram } from './parts/programs.ts';
import { serveFolder } from './parts/static-server.ts';

const self = fileURLToPath(import.meta.url);
const MiB = 2 ** 20;
const BLOCK_BYTES = 512;
/** The server writes a cut request into its log once it notices. */
const LOG_MS = 300;

interface Client {
  readonly name: string;
  readonly command: readonly string[];
  readonly again: readonly string[];
}

interface Sample {
  readonly presentMiB: number;
  readonly refetchedMiB: number;
  readonly restartMs: number;
  readonly totalMs: number;
}

/** Bytes that lie on the disk below a folder. */
function usedBytes(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    bytes += (statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * BLOCK_BYTES;
  }
  return bytes;
}

function start([program = '', ...args]: readonly string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return { child, ended: once(child, 'exit') as Promise<[number | null]> };
}

function readLog(file: string) {
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean);
  return lines.map((line) => {
    const [endedAt = 0, seconds = 0, bytes = 0] = line.split(' ').map(Number);
    return { beganAtMs: (endedAt - seconds) * 1000, bytes };
  });
}

interface Place {
  readonly out: string;
  readonly logFile: string;
  readonly sizeBytes: number;
}

async function killAndResume(client: Client, { out, logFile, sizeBytes }: Place): Promise<Sample> {
  await empty(out);
  const first = start(client.command);
  while (usedBytes(out) < sizeBytes / 2 && first.child.exitCode === null) await wait(10);
  first.child.kill('SIGKILL');
  await first.ended;
  const present = usedBytes(out);
  await wait(LOG_MS);
  writeFileSync(logFile, '');
  const startedAtMs = Date.now();
  const second = start(client.again);
  const [code] = await second.ended;
  const totalMs = Date.now() - startedAtMs;
  if (code !== 0) throw new Error(`${client.name} ended with ${code}`);
  await wait(LOG_MS);
  const requests = readLog(logFile);
  const sent = requests.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    presentMiB: present / MiB,
    refetchedMiB: Math.max(0, sent - (sizeBytes - present)) / MiB,
    restartMs: Math.min(...requests.map(({ beganAtMs }) => beganAtMs)) - startedAtMs,
    totalMs,
  };
}

async function measure({ work, root, out }: BenchFolders, [size, rounds, rate]: number[]) {
  const sizeBytes = (size ?? 1024) * MiB;
  const { sha256 } = makeRandomFile(path.join(root, 'file'), sizeBytes);
  const logFile = path.join(work, 'access.log');
  const cap = (rate ?? 0) * 1e6;
  const server = await serveFolder(root, {
    logFile,
    ...(cap > 0 && { perConnectionBytesPerSecond: cap }),
  });
  const url = `${server.url}/file`;
  const target = path.join(out, 'file');
  const aria2With = (more: readonly string[]) =>
    aria2(url, target, { connections: 8, more: ['-c', '--file-allocation=none', ...more] });
  const twice = (name: string, command: readonly string[]) => ({ name, command, again: command });
  const run = { folder: out, files: [{ path: 'file', url, sizeBytes, sha256 }] };
  const clients: Client[] = [
    { name: 'curl -C -', command: curl(url, target), again: curl(url, target, ['-C', '-']) },
    twice('aria2c -x8', aria2With([])),
    twice('aria2c -x8, saves each second', aria2With(['--auto-save-interval=1'])),
    twice('larder', [process.execPath, ...oursArguments(self, work, run)]),
  ];
  const there = clients.filter(({ name, command: [program = ''] }) => {
    const isThere = name === 'larder' || hasProgram(program);
    if (!isThere) console.info(`skipped, as there is no ${program}: ${name}`);
    return isThere;
  });
  try {
    const samples = new Map<string, Sample[]>(there.map(({ name }) => [name, []]));
    for (let round = 0; round < (rounds ?? 3); round += 1) {
      for (const client of there.toSorted(() => Math.random() - 0.5)) {
        samples.get(client.name)?.push(await killAndResume(client, { out, logFile, sizeBytes }));
      }
    }
    print(`killed at half of ${sizeBytes / MiB} MiB, ${rate || 'any number of'} MB/s`, samples);
  } finally {
    await server.close();
  }
}

function print(title: string, samples: ReadonlyMap<string, readonly Sample[]>) {
  const [firstRow = []] = samples.values();
  console.info(`${title} per connection (medians; x: median of the ratios to the first row)`);
  console.info(
    `${'client'.padEnd(32)} there MiB  fetched again MiB (most)  restart ms  total s     x`,
  );
  for (const [name, rows] of samples) {
    const of = (pick: (row: Sample) => number) => median(rows.map(pick));
    const again = `${of((row) => row.refetchedMiB).toFixed(1)} (${Math.max(...rows.map((row) => row.refetchedMiB)).toFixed(1)})`;
    const ratio = median(rows.map((row, round) => row.totalMs / (firstRow[round]?.totalMs ?? 1)));
    console.info(
      [
        name.padEnd(32),
        of((row) => row.presentMiB)
          .toFixed(0)
          .padStart(9),
        again.padStart(25),
        of((row) => row.restartMs)
          .toFixed(0)
          .padStart(11),
        (of((row) => row.totalMs) / 1000).toFixed(2).padStart(8),
        ratio.toFixed(2).padStart(5),
      ].join(' '),
    );
  }
}

if (!(await didRunOurs())) {
  const numbers = process.argv.slice(2).map(Number);
  await withFolders((folders) => measure(folders, numbers));
}
