/**
 * The cache of Hugging Face's own tools: `models--owner--name/snapshots/<commit>/<path>`, links to
 * `blobs/<etag>`, where the etag of a large file is its SHA-256 and that of a small one its git blob id.
 * @see https://huggingface.co/docs/hub/local-cache
 */
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';
import type { Origin } from '../../../src-shared/domain/model.ts';
import type { FoundRepository } from '../../engines/inventory/ports.ts';
import { foldersIn } from '../reuse/look.ts';
import { lookAt, type SeenFile, someAtOnce, walk } from './walk.ts';

const ENDPOINT = 'https://huggingface.co';
const PREFIX = 'models--';

export async function* scanHfCache(
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<FoundRepository> {
  const root = await realpath(folder).catch(() => folder);
  for (const name of await foldersIn(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const model = path.join(folder, name);
    const repository = name.slice(PREFIX.length).replace('--', '/');
    const branches = await branchesOf(model);
    for (const commit of await foldersIn(path.join(model, 'snapshots'))) {
      if (!/^[0-9a-f]{40}$/.test(commit)) continue;
      const origin: Origin = {
        source: 'hf',
        endpoint: ENDPOINT,
        repository,
        requestedRevision: branches.get(commit) ?? commit,
        revision: commit,
      };
      const snapshot = path.join(model, 'snapshots', commit);
      const { files, lacks } = await readSnapshot(snapshot, root, signal);
      if (files.length + lacks.length > 0) yield { name: repository, files, lacks, origin };
    }
  }
}

/** Which branch or tag leads to a commit. */
async function branchesOf(model: string): Promise<Map<string, string>> {
  const branches = new Map<string, string>();
  const refs = path.join(model, 'refs');
  for (const name of await readdir(refs).catch(() => [])) {
    const commit = await readFile(path.join(refs, name), 'utf8').catch(() => '');
    if (commit.trim()) branches.set(commit.trim(), name);
  }
  return branches;
}

async function readSnapshot(snapshot: string, store: string, signal: AbortSignal) {
  const files: FoundFile[] = [];
  const lacks: string[] = [];
  const all: SeenFile[] = [];
  for await (const seen of walk(snapshot, signal)) all.push(seen);
  const looked = await someAtOnce(all, signal, async (seen) => {
    const [blob, found] = await Promise.all([blobOf(seen), lookAt(seen)]);
    return { seen, blob, found };
  });
  for (const { seen, blob, found } of looked) {
    const isInside = found?.place.startsWith(`${store}${path.sep}`) ?? false;
    if (!found || (blob !== null && !isInside)) lacks.push(seen.path);
    else files.push({ ...found, ...digestIn(blob) });
  }
  return { files, lacks };
}

/** Where there is no right to make links the files themselves lie in the snapshot. */
async function blobOf({ place, real }: SeenFile): Promise<string | null> {
  if (real !== undefined) return null;
  const target = await readlink(place).catch(() => null);
  return target === null ? null : path.basename(target);
}

function digestIn(blob: string | null): Pick<FoundFile, 'sha256' | 'gitSha1'> {
  if (blob !== null && /^[0-9a-f]{64}$/.test(blob)) return { sha256: blob };
  return blob !== null && /^[0-9a-f]{40}$/.test(blob) ? { gitSha1: blob } : {};
}
