import type { PartStore } from '../ports.ts';
import { identityOf } from './fetch-file.ts';
import type { Job } from './job.ts';

/** Reads from the journals how far each file of a download is that is not running. */
export async function readProgress(parts: PartStore, job: Job): Promise<void> {
  const hasPart = await parts.list(job.id);
  const { origin, files } = job.manifest;
  const published = new Map(files.map((file) => [file.path, file]));
  for (const file of job.files) {
    const known = published.get(file.path);
    if (!known || file.state.kind === 'excluded') continue;
    const { receivedBytes, verified } = hasPart(file.path)
      ? await parts.peek(job.id, identityOf({ origin, file: known }))
      : { receivedBytes: 0, verified: false };
    file.receivedBytes = receivedBytes;
    file.verifiedBytes = verified ? receivedBytes : 0;
    file.state = { kind: verified ? 'verified' : 'waiting' };
  }
}
