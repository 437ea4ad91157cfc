/**
 * A verified download over loopback, beside `curl; openssl dgst` and `aria2c --checksum`, in one run.
 * Prints medians and ratios to the first row. `npm run bench -- download [MiB] [rounds]`.
 */
import { execFile, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDownloadEngine } from '../../src-main/engines/download/engine.ts';
import { openLibrary } from '../../src-main/library/library.ts';
import { downloadIdOf, planManifest } from '../../src-main/library/plan-manifest.ts';
import { createOpenBody } from '../../src-main/platform/body.ts';
import { createSystemClock } from '../../src-main/platform/clock.ts';
import { createHasher } from '../../src-main/platform/hasher.ts';
import { createHttpClient } from '../../src-main/platform/http.ts';
import { createHuggingFaceSource } from '../../src-main/sources/hf/source.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { groupVariants } from '../../src-shared/domain/variants.ts';
import { syntheticContent } from '../hub/content.ts';
import { startHub } from '../hub/hub.ts';

const REPOSITORY = 'larder-bench/steady';
const FILE = 'weights.bin';
const execute = promisify(execFile);

interface Sample {
  readonly wallMs: number;
  readonly loopP99Ms?: number;
  readonly rssMb?: number;
}

/** In a process of its own, so that the client is measured and not the server. */
async function serve(sizeBytes: number): Promise<void> {
  const content = syntheticContent({ sizeBytes });
  const files = [{ path: FILE, content, lfs: true }];
  const hub = await startHub({ repositories: [{ id: REPOSITORY, commits: [{ files }] }] });
  process.send?.({ url: hub.url, sha256: await content.sha256() });
}

async function withOurs(url: string, folder: string): Promise<Sample> {
  const hasher = createHasher();
  const clock = createSystemClock();
  const library = await openLibrary({
    folder,
    instance: 'bench',
    hasher,
    remembered: [],
    onChange: () => {},
    onDamage: () => {},
    freeBytes: async () => Number.MAX_SAFE_INTEGER,
  });
  const http = createHttpClient({ userAgent: 'larder-bench' });
  const source = createHuggingFaceSource({ http, endpoint: () => url, token: async () => null });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  const reference = parseReference(`hf:${REPOSITORY}`);
  const listing = await source.inspect(reference);
  const groups = groupVariants(listing.files);
  const at = new Date().toISOString();
  const manifest = planManifest({ reference, listing, groups, others: [], keep: true, at });
  await new Promise<void>((resolve, reject) => {
    const engine = createDownloadEngine(
      {
        source,
        hasher,
        clock,
        parts: library.parts,
        log: { info: () => {}, warn: console.warn, error: console.error },
        random: Math.random,
        openBody: createOpenBody({ userAgent: 'larder-bench' }),
        retryAfterMs: () => undefined,
        publish: () => {
          const state = engine.get(manifest.id)?.state;
          if (state?.kind === 'done') resolve();
          if (state?.kind === 'failed') reject(new Error(state.error.detail));
        },
        load: () => [],
        save: async () => {},
        proveInPlace: library.proveInPlace,
        install: (job, digests) => library.install(job, digests, clock.now()),
        freeBytes: library.freeBytes,
        libraryFolder: () => folder,
      },
      {
        concurrent: () => 1,
        filesAtOnce: () => 3,
        retry: () => ({ attempts: 3, baseMs: 1000, capMs: 60_000 }),
        stallTimeoutMs: () => 30_000,
      },
    );
    const paths = manifest.files.map((file) => file.path);
    void engine.start().then(() => engine.enqueue({ manifest, paths, id: downloadIdOf(manifest) }));
  });
  const wallMs = performance.now() - startedAt;
  delay.disable();
  await library.close();
  await hasher.close();
  const rssMb = process.memoryUsage().rss / 1e6;
  return { wallMs, loopP99Ms: delay.percentile(99) / 1e6, rssMb };
}

async function withCommands(commands: ReadonlyArray<readonly string[]>): Promise<Sample> {
  const startedAt = performance.now();
  for (const [program = '', ...args] of commands) await execute(program, args);
  return { wallMs: performance.now() - startedAt };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(sizeBytes: number, rounds: number): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), ['serve', String(sizeBytes)]);
  const { url, sha256 } = await new Promise<{ url: string; sha256: string }>((resolve) =>
    server.once('message', (message) => resolve(message as { url: string; sha256: string })),
  );
  const address = `${url}/${REPOSITORY}/resolve/main/${FILE}`;
  const clients: Record<string, (folder: string) => Promise<Sample>> = {
    'curl; openssl dgst': (folder) =>
      withCommands([
        ['curl', '-sL', '-o', path.join(folder, 'a'), address],
        ['openssl', 'dgst', '-sha256', path.join(folder, 'a')],
      ]),
    'aria2c -x1 --checksum': (folder) =>
      withCommands([
        ['aria2c', '-q', '-x1', `--checksum=sha-256=${sha256}`, '-d', folder, '-o', 'b', address],
      ]),
    'larder, whole engine': (folder) => withOurs(url, path.join(folder, 'library')),
  };
  const samples = new Map<string, Sample[]>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, run] of Object.entries(clients)) {
        const folder = await mkdtemp(path.join(tmpdir(), 'larder-bench-'));
        samples.set(name, [...(samples.get(name) ?? []), await run(folder)]);
        await rm(folder, { recursive: true });
      }
    }
  } finally {
    server.kill();
  }
  print(samples, sizeBytes);
}

function print(samples: ReadonlyMap<string, readonly Sample[]>, sizeBytes: number): void {
  const first = median([...(samples.values().next().value ?? [])].map(({ wallMs }) => wallMs));
  console.info(`verified download of ${sizeBytes / 2 ** 20} MiB over loopback, medians`);
  for (const [name, rows] of samples) {
    const wallMs = median(rows.map((row) => row.wallMs));
    const loop = rows.flatMap(({ loopP99Ms }) => loopP99Ms ?? []);
    const rss = rows.flatMap(({ rssMb }) => rssMb ?? []);
    const ratio = (wallMs / first).toFixed(2);
    const more = loop.length
      ? `  event loop p99 ${median(loop).toFixed(1)} ms  RSS ${median(rss).toFixed(0)} MB`
      : '';
    console.info(`${name.padEnd(24)} ${wallMs.toFixed(0).padStart(6)} ms  x ${ratio}${more}`);
  }
}

if (process.argv[2] === 'serve') await serve(Number(process.argv[3]));
else await measure(Number(process.argv[2] ?? 512) * 2 ** 20, Number(process.argv[3] ?? 5));
