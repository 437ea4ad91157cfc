/**
 * Many small files: the whole engine with its proofs and the install, beside curl and aria2c that prove nothing.
 * `npm run bench -- small-files [count] [rounds]`
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchFolders, makeRandomFile, withFolders } from './parts/files.ts';
import { type Client, compare, runCommands, type Sample } from './parts/measure.ts';
import { didRunOurs, hasElectron, ours, oursInElectron } from './parts/ours.ts';
import { rowsOf } from './parts/programs.ts';
import { serveFolder } from './parts/static-server.ts';

const self = fileURLToPath(import.meta.url);
const SMALLEST_BYTES = 20 * 1024;
const LARGEST_BYTES = 200 * 1024;
const PER_FOLDER = 500;

/** Sizes spread evenly, the same in every run. */
function makeFiles(root: string, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const folder = `part-${Math.floor(index / PER_FOLDER)}`;
    mkdirSync(path.join(root, folder), { recursive: true });
    const name = `${folder}/file-${index}.json`;
    const share = ((index * 7919) % count) / count;
    const sizeBytes = Math.round(SMALLEST_BYTES + share * (LARGEST_BYTES - SMALLEST_BYTES));
    return { path: name, ...makeRandomFile(path.join(root, name), sizeBytes) };
  });
}

async function measure({ work, root }: BenchFolders, count: number, rounds: number) {
  const made = makeFiles(root, count);
  const server = await serveFolder(root);
  const files = made.map((file) => ({ ...file, url: `${server.url}/${file.path}` }));
  const curl = (atOnce: number) =>
    inNewFolder(work, (out) => {
      const list = path.join(out, 'curl.list');
      const entry = (file: (typeof files)[number]) =>
        `url = "${file.url}"\noutput = "${path.join(out, file.path)}"\n`;
      writeFileSync(list, files.map(entry).join(''));
      const options = ['-s', '--create-dirs', '-Z', '--parallel-max', String(atOnce)];
      return runCommands([['curl', ...options, '-K', list]]);
    });
  const aria2 = inNewFolder(work, (out) => {
    const list = path.join(out, 'aria2.list');
    writeFileSync(list, files.map((file) => `${file.url}\n out=${file.path}\n`).join(''));
    return runCommands([['aria2c', '-q', '-j16', '--file-allocation=none', '-d', out, '-i', list]]);
  });
  const larder = inNewFolder(work, (folder) => ours(self, work, { folder, files })());
  const inElectron = inNewFolder(work, (folder) => oursInElectron(self, work, { folder, files })());
  const clients = {
    ...rowsOf('curl', { 'curl -Z --parallel-max 16': curl(16), 'curl -Z 50': curl(50) }),
    ...rowsOf('aria2c', { 'aria2c -i -j16': aria2 }),
    larder,
    ...(hasElectron() && { 'larder, in Electron': inElectron }),
  };
  try {
    await compare(`${count} files of 20-200 KiB from ${server.name}`, clients, rounds);
  } finally {
    await server.close();
  }
}

/** Nothing is deleted before the end: ext4 makes files slowly where many were deleted a short time ago. */
function inNewFolder(work: string, run: (out: string) => Promise<Sample>): Client {
  return () => run(mkdtempSync(path.join(work, 'out-')));
}

if (!(await didRunOurs())) {
  const [count = 2000, rounds = 5] = process.argv.slice(2).map(Number);
  await withFolders((folders) => measure(folders, count, rounds));
}
