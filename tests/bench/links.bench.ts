/**
 * Links that are slower than the machine, beside curl and aria2c (neither of which proves anything here).
 * `npm run bench -- links [rounds] [names…]`; names: capped, shared, rtt40, rtt150. Needs nginx.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchFolders, cleanBefore, makeRandomFile, withFolders } from './parts/files.ts';
import { type Client, compare, runCommands } from './parts/measure.ts';
import { didRunOurs, ours } from './parts/ours.ts';
import { aria2, curl, rowsOf } from './parts/programs.ts';
import { didRunShaper, startShaper } from './parts/shaper.ts';
import type { LinkShape } from './parts/shaper-link.ts';
import { serveFolder } from './parts/static-server.ts';

const self = fileURLToPath(import.meta.url);
const MB = 1e6;

interface Scenario {
  readonly title: string;
  readonly sizeBytes: number;
  readonly perConnectionBytesPerSecond?: number;
  readonly shape?: LinkShape;
  /** What an earlier download of some length finds to be the best number of connections. */
  readonly knownCount: number;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  capped: {
    title: '20 MB/s per connection',
    sizeBytes: 512 * 2 ** 20,
    perConnectionBytesPerSecond: 20 * MB,
    knownCount: 16,
  },
  shared: {
    title: '30 MB/s for all connections together, no delay',
    sizeBytes: 256 * 2 ** 20,
    shape: { roundTripMs: 0, bytesPerSecond: 30 * MB, queueMs: 100 },
    knownCount: 4,
  },
  rtt40: {
    title: 'modelled link: RTT 40 ms, 100 MB/s',
    sizeBytes: 512 * 2 ** 20,
    shape: { roundTripMs: 40, bytesPerSecond: 100 * MB, queueMs: 100 },
    knownCount: 4,
  },
  rtt150: {
    title: 'modelled link: RTT 150 ms, 100 MB/s',
    sizeBytes: 512 * 2 ** 20,
    shape: { roundTripMs: 150, bytesPerSecond: 100 * MB, queueMs: 100 },
    knownCount: 8,
  },
};

async function measure({ work, root, out }: BenchFolders, scenario: Scenario, rounds: number) {
  const { sizeBytes, perConnectionBytesPerSecond, shape, title, knownCount } = scenario;
  const { sha256 } = makeRandomFile(path.join(root, 'file'), sizeBytes);
  const server = await serveFolder(
    root,
    perConnectionBytesPerSecond ? { perConnectionBytesPerSecond } : {},
  );
  const shaper = shape && (await startShaper(self, server.url, shape));
  const url = `${shaper?.url ?? server.url}/file`;
  const target = path.join(out, 'file');
  const command = (line: readonly string[]): Client => cleanBefore(out, () => runCommands([line]));
  const aria2With = (connections: number) =>
    command(aria2(url, target, { connections, more: ['--file-allocation=none'] }));
  const run = { folder: out, files: [{ path: 'file', url, sizeBytes, sha256 }] };
  const clients = {
    ...rowsOf('curl', { curl: command(curl(url, target)) }),
    ...rowsOf('aria2c', {
      'aria2c -x4': aria2With(4),
      'aria2c -x8': aria2With(8),
      'aria2c -x16': aria2With(16),
    }),
    larder: cleanBefore(out, ours(self, work, run)),
    'larder, host known': cleanBefore(out, ours(self, work, { ...run, knownCount })),
  };
  try {
    await compare(`${title}, ${sizeBytes / 2 ** 20} MiB`, clients, rounds);
  } finally {
    await shaper?.close();
    await server.close();
  }
}

if (!didRunShaper() && !(await didRunOurs())) {
  const [rounds = '3', ...names] = process.argv.slice(2);
  for (const name of names.length > 0 ? names : Object.keys(SCENARIOS)) {
    const scenario = SCENARIOS[name];
    if (!scenario) throw new Error(`choose of ${Object.keys(SCENARIOS).join(', ')}`);
    await withFolders((folders) => measure(folders, scenario, Number(rounds)));
  }
}
