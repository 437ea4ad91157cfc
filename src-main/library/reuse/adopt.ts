/** Takes the bytes of another tool's unfinished download over into a part. Its file stays as it is. */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { PartFile } from '../../engines/ports.ts';
import { copyBuffer, openSource, readFully, withoutHole, writeFully } from './bytes.ts';
import type { Unfinished } from './partials.ts';
import { joinSpans, type PieceFront, pieceFronts } from './spans.ts';

export interface AdoptionRun {
  readonly signal: AbortSignal;
  /** Called after each piece. */
  readonly onProgress: () => void;
}

/** As much as is copied again after a crash. */
const RECORD_BYTES = 256 * 2 ** 20;

/** @returns what is to be told of every piece that was noted */
export function recordNowAndThen(part: Pick<PartFile, 'record'>) {
  let unrecorded = 0;
  return async (bytes: number): Promise<void> => {
    unrecorded += bytes;
    if (unrecorded < RECORD_BYTES) return;
    await part.record();
    unrecorded = 0;
  };
}

/**
 * Fills pieces that hold nothing yet, and notes them as doubtful. A source that ends early, or cannot be
 * read, gives what it has.
 * @throws what the system says of the part, or the reason of the signal; what was noted holds
 */
export async function adoptPartial(
  { path, spans }: Pick<Unfinished, 'path' | 'spans'>,
  part: PartFile,
  { signal, onProgress }: AdoptionRun,
): Promise<void> {
  const fronts = pieceFronts(part.map, joinSpans(spans, part.map.sizeBytes));
  const source = await openSource(path);
  if (!source) return;
  try {
    const target = await open(part.path, 'r+');
    const buffer = copyBuffer(Math.min(part.map.pieceBytes, part.map.sizeBytes));
    const record = recordNowAndThen(part);
    try {
      for (const front of fronts) {
        signal.throwIfAborted();
        if (part.map.filled[front.piece] !== 0) continue;
        await copyFront(front, { source, target, buffer, part });
        onProgress();
        await record(front.to - front.from);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  await part.record();
}

interface Copying {
  readonly source: FileHandle;
  readonly target: FileHandle;
  readonly buffer: Buffer;
  readonly part: PartFile;
}

/** Noted only once written: what is noted is on its way to the disk. */
async function copyFront({ piece, from, to }: PieceFront, copying: Copying): Promise<void> {
  const { source, target, buffer, part } = copying;
  const bytes = withoutHole(await readFully(source, buffer.subarray(0, to - from), from));
  if (bytes.byteLength === 0) return;
  await writeFully(target, bytes, from);
  part.note([{ piece, filled: bytes.byteLength, crc32: crc32(bytes) }], { doubtful: true });
}
