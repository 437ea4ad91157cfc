/**
 * Many small files: the whole engine with its proofs and the install, beside curl and aria2c that prove nothing.
 * `npm run bench -- small-files [count] [rounds]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchFolders, cleanBefore, makeRandomFile, withFolders } from './parts/files.ts';
import { type Client, compare, runCommands } from './parts/measure.ts';
import { didRunOurs, ours, oursInElectron } from './parts/ours.ts';
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

async function measure({ work, root, out }: BenchFolders, count: number, rounds: number) {
  const made = makeFiles(root, count);
  const server = await serveFolder(root);
  const files = made.map((file) => ({ ...file, url: `${server.url}/${file.path}` }));
  const curlList = path.join(work, 'curl.list');
  const aria2List = path.join(work, 'aria2.list');
  const lines = files.map(
    (file) => `url = "${file.url}"\noutput = "${path.join(out, file.path)}"\n`,
  );
  writeFileSync(curlList, lines.join(''));
  writeFileSync(aria2List, files.map((file) => `${file.url}\n out=${file.path}\n`).join(''));
  const clean = (run: Client) => cleanBefore(out, run);
  const curl = (atOnce: number) =>
    clean(() =>
      runCommands([
        ['curl', '-s', '--create-dirs', '-Z', '--parallel-max', String(atOnce), '-K', curlList],
      ]),
    );
  const aria2 = ['aria2c', '-q', '-j16', '--file-allocation=none', '-d', out, '-i', aria2List];
  const run = { folder: out, files };
  const electron = Object.entries(oursInElectron(self, work, run));
  const clients = {
    ...rowsOf('curl', { 'curl -Z --parallel-max 16': curl(16), 'curl -Z 50': curl(50) }),
    ...rowsOf('aria2c', { 'aria2c -i -j16': clean(() => runCommands([aria2])) }),
    larder: clean(ours(self, work, run)),
    ...Object.fromEntries(electron.map(([name, client]) => [name, clean(client)])),
  };
  try {
    await compare(`${count} files of 20-200 KiB from ${server.name}`, clients, rounds);
  } finally {
    await server.close();
  }
}

if (!(await didRunOurs())) {
  const [count = 2000, rounds = 5] = process.argv.slice(2).map(Number);
  await withFolders((folders) => measure(folders, count, rounds));
}
