/**
 * Checks of files that lie on the disk, warm: a full one beside openssl, all headers of a model of 100 GB, and a
 * quick look at a thousand models. `npm run bench -- health [MiB] [rounds]`
 */
import { ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { proveFile } from '../../src-main/engines/health/prove-file.ts';
import { createSystemClock } from '../../src-main/platform/clock.ts';
import { createHasher } from '../../src-main/platform/hasher.ts';
import { createInspector } from '../../src-main/platform/inspector.ts';
import { buildGguf, ggufText } from '../support/formats/gguf-bytes.ts';
import { type BenchFolders, makeRandomFile, withFolders } from './parts/files.ts';
import { type Client, compare, runCommands } from './parts/measure.ts';
import { rowsOf } from './parts/programs.ts';
import { scrubShare } from './parts/scrub-run.ts';

const MODELS = 1_000;
const Q8_0 = 8;
/** Bytes per second of the background check. */
const SCRUB_RATE = 100e6;

/** Work in this process, with the delay of its main thread and what memory it grew by. */
const timed =
  (work: () => Promise<unknown>): Client =>
  async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const [cpu, rss] = [process.cpuUsage(), process.memoryUsage.rss()];
    delay.enable();
    const startedAt = performance.now();
    await work();
    const wallMs = performance.now() - startedAt;
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    return {
      wallMs,
      cpuMs: (user + system) / 1000,
      loopP99Ms: delay.percentile(99) / 1e6,
      loopMaxMs: delay.max / 1e6,
      rssMb: Math.max(0, process.memoryUsage.rss() - rss) / 1e6,
    };
  };

function makeSparseModel(folder: string): string {
  const place = path.join(folder, 'sparse.gguf');
  const { bytes, dataStart, dataBytes } = buildGguf({
    isHeaderOnly: true,
    pairs: [['general.architecture', ggufText('llama')]],
    tensors: Array.from({ length: 1_000 }, (_, index) => ({
      name: `blk.${index}.ffn_down.weight`,
      shape: [32_768, 2_880],
      type: Q8_0,
    })),
  });
  const file = openSync(place, 'w');
  writeSync(file, bytes);
  ftruncateSync(file, dataStart + dataBytes);
  return place;
}

function makeModels(folder: string): string[] {
  const { bytes } = buildGguf({
    pairs: [['general.architecture', ggufText('llama')]],
    tensors: [{ name: 'token_embd.weight', shape: [32, 64], type: Q8_0 }],
  });
  return Array.from({ length: MODELS }, (_, index) => {
    const place = path.join(folder, `model-${index}.gguf`);
    writeSync(openSync(place, 'w'), bytes);
    return place;
  });
}

async function measure({ root, work }: BenchFolders, sizeBytes: number, rounds: number) {
  const place = path.join(root, 'file');
  const { sha256 } = makeRandomFile(place, sizeBytes);
  const hasher = createHasher();
  const inspector = createInspector(createSystemClock());
  const file = { path: 'file', localPath: 'file', sizeBytes, sha256 };
  const request = { file, place, signal: new AbortController().signal, onProgress: () => {} };
  const full = async () => {
    const verdict = await proveFile({ hasher }, request);
    if (verdict.kind !== 'proven') throw new Error('the digest is wrong');
  };
  const sparse = makeSparseModel(work);
  const models = makeModels(work);
  // Threads are started once in the life of the application.
  await full();
  await inspector.form(models[0] ?? '', { name: 'model.gguf', depth: 'quick' });
  const quick = (each: string) => inspector.form(each, { name: each, depth: 'quick' });
  await compare(
    `full check of ${sizeBytes / 2 ** 20} MiB, digest and pieces (RSS: growth)`,
    {
      ...rowsOf('openssl', {
        'openssl dgst -sha256': () => runCommands([['openssl', 'dgst', '-sha256', place]]),
      }),
      'larder, full check': timed(full),
    },
    rounds,
  );
  await compare(
    'headers (RSS: growth)',
    {
      'all headers of 100 GB': timed(() => inspector.model([{ path: sparse, name: 'a.gguf' }])),
      [`quick look at ${MODELS} models`]: timed(() => Promise.all(models.map(quick))),
    },
    rounds,
  );
  const share = await scrubShare(hasher, { place, sizeBytes, sha256 }, SCRUB_RATE);
  console.log(
    `\nbackground check at ${SCRUB_RATE / 1e6} MB/s: ${share.toFixed(2)} of the rate that was set`,
  );
  await Promise.all([hasher.close(), inspector.close()]);
}

const [mebibytes = 1024, rounds = 5] = process.argv.slice(2).map(Number);
await withFolders((folders) => measure(folders, mebibytes * 2 ** 20, rounds));
