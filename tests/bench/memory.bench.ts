/**
 * Memory of the engine in a process of its own: with 8 connections, by size of the file, and with 20 downloads.
 * `npm run bench -- memory [MiB] [MiB of the large file] [rounds]`. Needs room for the large file once.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineRun } from './parts/engine-run.ts';
import {
  type BenchFolders,
  cleanBefore,
  empty,
  makeSparseFile,
  withFolders,
} from './parts/files.ts';
import { compare } from './parts/measure.ts';
import { didRunOurs, ours } from './parts/ours.ts';
import { serveFolder } from './parts/static-server.ts';

const self = fileURLToPath(import.meta.url);
const MiB = 2 ** 20;
const DOWNLOADS = 20;

interface Plan {
  readonly smallBytes: number;
  readonly largeBytes: number;
  readonly rounds: number;
}

async function measure({ work, root, out }: BenchFolders, plan: Plan) {
  const server = await serveFolder(root);
  const make = (name: string, sizeBytes: number) => ({
    path: name,
    url: `${server.url}/${name}`,
    ...makeSparseFile(path.join(root, name), sizeBytes),
  });
  const many = Array.from({ length: DOWNLOADS }, (_, index) =>
    make(`many-${index}`, Math.floor(plan.smallBytes / DOWNLOADS)),
  );
  const small = make('small', plan.smallBytes);
  const large = make('large', plan.largeBytes);
  const run = (files: EngineRun['files'], more: Partial<EngineRun> = {}) =>
    cleanBefore(out, ours(self, work, { folder: out, files, ...more }));
  const clients = {
    'one small file, nothing else': run([make('one', 1000)]),
    'up to 16 connections': run([small]),
    '8 connections': run([small], { settings: { connectionsPerHost: 8 } }),
    [`8 connections, ${plan.largeBytes / MiB} MiB`]: run([large], {
      settings: { connectionsPerHost: 8 },
    }),
    [`${DOWNLOADS} downloads, two at a time`]: run(many, { isSeparate: true }),
    [`${DOWNLOADS} downloads, eight at a time`]: run(many, {
      isSeparate: true,
      settings: { concurrent: 8 },
    }),
  };
  try {
    await compare(`memory, files of ${plan.smallBytes / MiB} MiB`, clients, plan.rounds);
  } finally {
    await server.close();
    await empty(out);
  }
}

if (!(await didRunOurs())) {
  const [small = 2048, large = 20_480, rounds = 1] = process.argv.slice(2).map(Number);
  const plan = { smallBytes: small * MiB, largeBytes: large * MiB, rounds };
  await withFolders((folders) => measure(folders, plan));
}
