/**
 * Digests of files that lie on the disk, warm: the hash workers beside openssl, one file and two at a time.
 * `npm run bench -- verify [MiB] [rounds]`
 */
import path from 'node:path';
import { createHasher } from '../../src-main/platform/hasher.ts';
import { type BenchFolders, makeRandomFile, withFolders } from './parts/files.ts';
import { type Client, compare, runCommands } from './parts/measure.ts';
import { rowsOf } from './parts/programs.ts';

async function measure({ root }: BenchFolders, sizeBytes: number, rounds: number) {
  const files = ['a', 'b'].map((name) => {
    const file = path.join(root, name);
    return { file, ...makeRandomFile(file, sizeBytes) };
  });
  const [first] = files;
  const hasher = createHasher();
  const prove = async ({ file, sha256 }: (typeof files)[number]) => {
    const measured = await hasher.follow(file, {}).finish(sizeBytes);
    if (measured.sha256 !== sha256) throw new Error('the digest is wrong');
  };
  const timed =
    (work: () => Promise<unknown>): Client =>
    async () => {
      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      await work();
      const { user, system } = process.cpuUsage(cpu);
      return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
    };
  const openssl = (file: string) => ['openssl', 'dgst', '-sha256', file];
  // Threads are started once in the life of the application.
  await Promise.all(files.map(prove));
  const clients = {
    ...rowsOf('openssl', {
      'openssl dgst, one file': () => runCommands([openssl(first?.file ?? '')]),
    }),
    ...rowsOf('sha256sum', { sha256sum: () => runCommands([['sha256sum', first?.file ?? '']]) }),
    'larder, one file': timed(async () => first && prove(first)),
    'larder, two files one by one': timed(async () => {
      for (const file of files) await prove(file);
    }),
    'larder, two files at once': timed(() => Promise.all(files.map(prove))),
  };
  await compare(`digest of ${sizeBytes / 2 ** 20} MiB on the disk`, clients, rounds);
  await hasher.close();
}

const [mebibytes = 1024, rounds = 5] = process.argv.slice(2).map(Number);
await withFolders((folders) => measure(folders, mebibytes * 2 ** 20, rounds));
