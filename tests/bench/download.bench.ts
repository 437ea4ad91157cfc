/**
 * A verified download over loopback, beside `curl; openssl dgst` and aria2c, in one run.
 * `npm run bench -- download [MiB] [rounds] [tls]`; with LARDER_BENCH_ELECTRON=<executable>, in Electron too.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { HUB_TLS } from '../hub/tls.ts';
import { type BenchFolders, cleanBefore, makeRandomFile, withFolders } from './parts/files.ts';
import { type Client, compare, runCommands } from './parts/measure.ts';
import { didRunOurs, hasElectron, ours, oursInElectron } from './parts/ours.ts';
import { aria2, curl, rowsOf } from './parts/programs.ts';
import { serveFolder } from './parts/static-server.ts';

const FILE = 'weights.bin';
const self = fileURLToPath(import.meta.url);

interface Plan {
  readonly sizeBytes: number;
  readonly rounds: number;
  readonly isTls: boolean;
}

async function measure(
  { work, root, out }: BenchFolders,
  { sizeBytes, rounds, isTls }: Plan,
): Promise<void> {
  const { sha256 } = makeRandomFile(path.join(root, FILE), sizeBytes);
  const server = await serveFolder(root, { ...(isTls && { tls: HUB_TLS }) });
  const issuer = path.join(work, 'issuer.pem');
  writeFileSync(issuer, HUB_TLS.certificate);
  const url = `${server.url}/${FILE}`;
  const clean = (run: Client) => cleanBefore(out, run);
  const plain = curl(url, path.join(out, 'a'), isTls ? ['--cacert', issuer] : []);
  const run = {
    folder: out,
    files: [{ path: FILE, url, sizeBytes, sha256 }],
    ...(isTls && { certificate: HUB_TLS.certificate }),
  };
  const checked = (connections: number) =>
    aria2(url, path.join(out, 'b'), {
      connections,
      more: [`--checksum=sha-256=${sha256}`, ...(isTls ? [`--ca-certificate=${issuer}`] : [])],
    });
  const clients: Record<string, Client> = {
    ...rowsOf('openssl', {
      'curl; openssl dgst': clean(() =>
        runCommands([plain, ['openssl', 'dgst', '-sha256', path.join(out, 'a')]]),
      ),
    }),
    ...rowsOf('curl', { 'curl, not verified': clean(() => runCommands([plain])) }),
    ...rowsOf('aria2c', {
      'aria2c -x1 --checksum': clean(() => runCommands([checked(1)])),
      'aria2c -x8 --checksum': clean(() => runCommands([checked(8)])),
    }),
    larder: clean(ours(self, work, run)),
    ...(hasElectron() && { 'larder, in Electron': clean(oursInElectron(self, work, run)) }),
  };
  const title = `verified download of ${sizeBytes / 2 ** 20} MiB over loopback${isTls ? ' and TLS' : ''} from ${server.name}`;
  try {
    await compare(title, clients, rounds);
  } finally {
    await server.close();
  }
}

if (!(await didRunOurs())) {
  const [mebibytes = 1024, rounds = 5, tls] = process.argv.slice(2);
  const plan = {
    sizeBytes: Number(mebibytes) * 2 ** 20,
    rounds: Number(rounds),
    isTls: tls === 'tls',
  };
  await withFolders((folders) => measure(folders, plan));
}
