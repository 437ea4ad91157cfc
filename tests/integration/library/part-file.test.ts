import { randomBytes } from 'node:crypto';
import {
  appendFile,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type PieceState, presentBytes } from '../../../src-main/engines/download/pieces.ts';
import type { FileIdentity, PartFile } from '../../../src-main/engines/ports.ts';
import { parseJournal } from '../../../src-main/library/journal.ts';
import { createJournalFile } from '../../../src-main/library/journal-file.ts';
import { createPartStore } from '../../../src-main/library/part-store.ts';
import { createHasher } from '../../../src-main/platform/hasher.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { canMountDisks, mountSmallDisk } from '../../support/small-disk.ts';

const PIECE = 2 ** 20;
const PIECES = 6;
const SIZE = PIECES * PIECE - 1000;
const SHA256 = 'd'.repeat(64);
/** The file as it is at its source. */
const content = randomBytes(SIZE);
const identity: FileIdentity = {
  endpoint: 'https://hub.example',
  repository: 'maker/model',
  revision: 'a'.repeat(40),
  path: 'weights.gguf',
  sizeBytes: SIZE,
  digest: `sha256:${'b'.repeat(64)}`,
};

const hasher = createHasher();
afterAll(() => hasher.close());

async function storeIn(folder: string, options: { sample?: number } = {}) {
  await mkdir(path.join(folder, 'downloads'), { recursive: true });
  const checked: number[] = [];
  const store = createPartStore({
    downloadsFolder: path.join(folder, 'downloads'),
    quarantineFolder: path.join(folder, 'quarantine'),
    freeBytes: async () => 0,
    hasher: {
      checksums: (file, spans) => {
        checked.push(...spans.map(({ from }) => from / PIECE));
        return hasher.checksums(file, spans);
      },
    },
    ...options,
  });
  const file = store.partPath('d', identity.path);
  const journal = file.replace(/\.part$/, '.journal');
  return { folder, store, file, journal, checked, open: () => store.open('d', identity) };
}

type Rig = Awaited<ReturnType<typeof storeIn>>;
const rigOf = async (options?: { sample?: number }) => storeIn(await temporaryFolder(), options);

const stateUpTo = (piece: number, filled: number): PieceState => ({
  piece,
  filled,
  crc32: crc32(content.subarray(piece * PIECE, piece * PIECE + filled)),
});

/** Writes a piece as a transfer does, up to `filled` bytes of it. */
async function write(file: string, piece: number, filled: number): Promise<PieceState> {
  const handle = await open(file, 'r+');
  await handle.write(content, piece * PIECE, filled, piece * PIECE);
  await handle.close();
  return stateUpTo(piece, filled);
}

async function zero(file: string, piece: number): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(PIECE), 0, 1000, piece * PIECE);
  await handle.close();
}

/** Fills pieces, `[piece, bytes]` each, and notes them. */
async function receive(part: PartFile, pieces: readonly (readonly [number, number])[]) {
  for (const [piece, filled] of pieces) part.note([await write(part.path, piece, filled)]);
}

/** Pieces 0 and 1 promised, 2 whole and 3 in part only recorded. */
async function interrupted(rig: Rig): Promise<void> {
  const part = await rig.open();
  await receive(part, [
    [0, PIECE],
    [1, 500_000],
  ]);
  await part.sync();
  await receive(part, [
    [2, PIECE],
    [3, 1234],
  ]);
  await part.record();
  await part.close();
}

async function filledAfter(rig: Rig): Promise<number[]> {
  const part = await rig.open();
  const filled = [...part.map.filled];
  await part.close();
  return filled;
}

describe('criterion 18: what is believed of a part file after an unclean end', () => {
  it('is all that was recorded, as long as its bytes are there', async () => {
    const rig = await rigOf({ sample: 0 });
    await interrupted(rig);
    expect(await filledAfter(rig)).toEqual([PIECE, 500_000, PIECE, 1234, 0, 0]);
    expect(rig.checked).toEqual([2, 3]);
  });

  it('criterion 3: is what was promised, when the disk lost all writes since', async () => {
    const rig = await rigOf({ sample: 0 });
    const part = await rig.open();
    await receive(part, [
      [0, PIECE],
      [1, 500_000],
    ]);
    await part.sync();
    await copyFile(rig.file, `${rig.file}.synced`);
    await receive(part, [
      [1, 900_000],
      [2, PIECE],
    ]);
    await part.record();
    await part.close();
    await copyFile(`${rig.file}.synced`, rig.file);
    expect(await filledAfter(rig)).toEqual([PIECE, 500_000, 0, 0, 0, 0]);
    expect((await rig.store.peek('d', identity)).receivedBytes).toBe(PIECE + 500_000);
  });

  it('criterion 3: is no promised piece that lies zeroed on the disk', async () => {
    const rig = await rigOf();
    await interrupted(rig);
    await zero(rig.file, 1);
    expect(await filledAfter(rig)).toEqual([PIECE, 0, PIECE, 1234, 0, 0]);
    expect((await rig.store.peek('d', identity)).receivedBytes).toBe(2 * PIECE + 1234);
  });

  it('criterion 3: is no part of a piece whose promised beginning is gone as well', async () => {
    const rig = await rigOf({ sample: 0 });
    const part = await rig.open();
    await receive(part, [[0, PIECE]]);
    await part.sync();
    await receive(part, [[1, 500_000]]);
    await part.sync();
    await receive(part, [[1, 900_000]]);
    await part.close();
    for (const piece of [0, 1]) await zero(rig.file, piece);
    expect(await filledAfter(rig)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('criterion 3: is read again as a whole when the file is shorter than promised', async () => {
    const rig = await rigOf({ sample: 0 });
    await interrupted(rig);
    await zero(rig.file, 0);
    await truncate(rig.file, PIECE + 10);
    expect(await filledAfter(rig)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('criterion 3: is read again as a whole when a sample of it is wrong', async () => {
    const folder = await temporaryFolder();
    const first = await storeIn(folder);
    const part = await first.open();
    await receive(
      part,
      Array.from({ length: 5 }, (_, piece) => [piece, PIECE] as const),
    );
    await part.sync();
    await part.close();
    for (const piece of [0, 1, 2, 4]) await zero(first.file, piece);
    const rig = await storeIn(folder, { sample: 2 });
    expect(await filledAfter(rig)).toEqual([0, 0, 0, PIECE, 0, 0]);
  });

  it('is sampled only, where nothing is wrong', async () => {
    const folder = await temporaryFolder();
    await interrupted(await storeIn(folder));
    const rig = await storeIn(folder, { sample: 1 });
    await (await rig.open()).close();
    expect(rig.checked).toHaveLength(3);
  });

  it('is never more than the part file holds, now or once it has grown again', async () => {
    const rig = await rigOf({ sample: 0 });
    await interrupted(rig);
    await truncate(rig.file, 2 * PIECE + 10);
    expect((await rig.store.peek('d', identity)).receivedBytes).toBe(PIECE + 500_000);
    await truncate(rig.file, PIECE + 10);
    expect((await rig.store.peek('d', identity)).receivedBytes).toBe(PIECE);
    expect(await filledAfter(rig)).toEqual([PIECE, 0, 0, 0, 0, 0]);
    expect((await stat(rig.file)).size).toBe(SIZE);
    expect(await filledAfter(rig)).toEqual([PIECE, 0, 0, 0, 0, 0]);
  });

  it('does not lose what is recorded after a torn end', async () => {
    const rig = await rigOf();
    await interrupted(rig);
    await appendFile(rig.journal, '1234abcd {"p":[[4,');
    const part = await rig.open();
    await receive(part, [[4, 77]]);
    await part.record();
    await part.close();
    expect(await filledAfter(rig)).toEqual([PIECE, 500_000, PIECE, 1234, 77, 0]);
  });

  it('is nothing, without a journal that says whose it is', async () => {
    const rig = await rigOf();
    await interrupted(rig);
    await writeFile(rig.journal, Buffer.alloc(500));
    expect(await rig.store.peek('d', identity)).toEqual({ receivedBytes: 0, verified: false });
    expect(await filledAfter(rig)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

type Step =
  | { readonly kind: 'write'; readonly piece: number; readonly bytes: number }
  | { readonly kind: 'record' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'forget'; readonly piece: number };

const somePiece = fc.integer({ min: 0, max: PIECES - 1 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        piece: somePiece,
        bytes: fc.integer({ min: 1, max: 300 }),
      }),
    },
    fc.constant({ kind: 'record' as const }),
    fc.constant({ kind: 'sync' as const }),
    fc.record({ kind: fc.constant('forget' as const), piece: somePiece }),
  ) satisfies fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 25 },
);

describe('criteria 2 and 3: any power cut', () => {
  it('leaves all that was promised, and nothing is believed that is not there', async () => {
    const folder = await temporaryFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), fc.boolean(), async (todo, seed, isZeroed) => {
        run += 1;
        const rig = await storeIn(path.join(folder, `${run}`), { sample: 0 });
        const { promised, journalBytes } = await runUntilPowerCut(rig, todo);
        const journal = await readFile(rig.journal);
        const lost = seed % (journal.length - journalBytes + 1);
        if (isZeroed) journal.fill(0, journal.length - lost);
        await writeFile(
          rig.journal,
          isZeroed ? journal : journal.subarray(0, journal.length - lost),
        );

        const part = await rig.open();
        const disk = await readFile(rig.file);
        for (const [piece, filled] of part.map.filled.entries()) {
          const from = piece * PIECE;
          expect(filled).toBeGreaterThanOrEqual(promised[piece] ?? 0);
          const there = disk.subarray(from, from + filled);
          expect(there.equals(content.subarray(from, from + filled))).toBe(true);
        }
        await part.close();
      }),
      { numRuns: 60 },
    );
  });
});

/** The data as it was at the last flush; the journal with everything that was written to it. */
async function runUntilPowerCut(rig: Rig, todo: readonly Step[]) {
  const part = await rig.open();
  const synced = `${rig.file}.synced`;
  await copyFile(rig.file, synced);
  let promised = [...part.map.filled];
  let journalBytes = (await stat(rig.journal)).size;
  for (const step of todo) {
    if (step.kind === 'write') {
      const filled = (part.map.filled[step.piece] ?? 0) + step.bytes;
      await receive(part, [[step.piece, filled]]);
    } else if (step.kind === 'record') await part.record();
    else {
      if (step.kind === 'sync') {
        await part.sync();
        await copyFile(rig.file, synced);
        promised = [...part.map.filled];
      } else {
        await part.forget([step.piece], 'doubtful');
        promised[step.piece] = 0;
      }
      journalBytes = (await stat(rig.journal)).size;
    }
  }
  await part.close();
  await copyFile(synced, rig.file);
  return { promised, journalBytes };
}

describe('a journal that is written', () => {
  it('by many at once has every record whole and in its order', async () => {
    const rig = await rigOf();
    const part = await rig.open();
    const filled = Array.from({ length: PIECES }, () => 0);
    const asked: Promise<void>[] = [];
    for (let step = 0; step < 400; step += 1) {
      const piece = step % PIECES;
      filled[piece] = (filled[piece] ?? 0) + 1;
      part.note([await write(rig.file, piece, filled[piece])], { doubtful: step % 7 === 0 });
      if (step % 3 === 0) asked.push(part.record());
      if (step % 5 === 0) asked.push(part.sync());
      if (step % 50 === 49) {
        asked.push(part.forget([piece], 'digest'));
        filled[piece] = 0;
      }
    }
    await Promise.all([...asked, part.close(), part.close()]);
    const read = parseJournal(await readFile(rig.journal, 'utf8'));
    expect(read?.isIntact).toBe(true);
    expect([...read!.state.latest.filled]).toEqual(filled);
    expect(read!.state.doubtful).toEqual(part.doubtful);
    expect(await filledAfter(rig)).toEqual(filled);
  });

  it('promises nothing that was noted while the data was flushed', async () => {
    const rig = await rigOf();
    const part = await rig.open();
    await receive(part, [[0, 1000]]);
    const late = await write(rig.file, 1, 1000);
    const syncing = part.sync();
    // The turn has begun; no call to the system can have ended before the next one of the event loop.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    part.note([late]);
    await Promise.all([syncing, part.forget([5], 'disk')]);
    await part.close();
    const { latest, safe } = parseJournal(await readFile(rig.journal, 'utf8'))!.state;
    expect([...latest.filled.subarray(0, 2)]).toEqual([1000, 1000]);
    expect([...safe.filled.subarray(0, 2)]).toEqual([1000, 0]);
  });

  it('stays small however often it is written, and keeps what is promised apart', async () => {
    const rig = await rigOf({ sample: 0 });
    const part = await rig.open();
    await receive(part, [[0, 1000]]);
    await part.sync();
    let largest = 0;
    for (let step = 0; step < 3000; step += 1) {
      part.note([stateUpTo(1, 1 + (step % 100))]);
      await part.record();
      if (step % 100 === 0) largest = Math.max(largest, (await stat(rig.journal)).size);
    }
    part.note([await write(rig.file, 1, 5000)], { doubtful: true });
    await part.close();
    expect(largest).toBeLessThan(70_000);
    expect((await stat(rig.journal)).size).toBeLessThan(70_000);
    const { latest, safe, doubtful } = parseJournal(await readFile(rig.journal, 'utf8'))!.state;
    expect([...latest.filled]).toEqual([1000, 5000, 0, 0, 0, 0]);
    expect([...safe.filled]).toEqual([1000, 0, 0, 0, 0, 0]);
    expect([...doubtful]).toEqual([1]);
  });

  it.runIf(canMountDisks)('leaves nothing of lines that did not fit', async () => {
    const folder = path.join(await temporaryFolder(), 'disk');
    const disk = mountSmallDisk(folder, 'size=64k');
    try {
      const file = path.join(folder, 'journal');
      const journal = createJournalFile(file, 0);
      await journal.replace('first\n');
      await expect(journal.append(`${'long\n'.repeat(20_000)}`)).rejects.toMatchObject({
        code: 'ENOSPC',
      });
      await journal.append('short\n');
      await journal.close();
      expect(await readFile(file, 'utf8')).toBe('first\nshort\n');
    } finally {
      disk.release();
    }
  });

  it.runIf(canMountDisks)('on a disk that was full goes on where it was', async () => {
    const folder = path.join(await temporaryFolder(), 'disk');
    const disk = mountSmallDisk(folder, 'size=2m');
    try {
      const rig = await storeIn(folder);
      const part = await rig.open();
      await receive(part, [[0, 1000]]);
      await part.sync();
      const ballast = path.join(folder, 'ballast');
      await writeFile(ballast, Buffer.alloc(4 * PIECE)).catch(() => undefined);
      const fill = async () => {
        for (let step = 1; step < 10_000; step += 1) {
          part.note([stateUpTo(0, step)]);
          await part.record();
        }
      };
      await expect(fill()).rejects.toMatchObject({ code: 'DISK_FULL' });
      await expect(part.sync()).rejects.toMatchObject({
        code: 'DISK_FULL',
        params: { neededBytes: SIZE - presentBytes(part.map) },
      });
      await rm(ballast);
      await receive(part, [
        [0, 1000],
        [1, 2000],
      ]);
      await part.close();
      expect(parseJournal(await readFile(rig.journal, 'utf8'))?.isIntact).toBe(true);
      expect(await filledAfter(rig)).toEqual([1000, 2000, 0, 0, 0, 0]);
    } finally {
      disk.release();
    }
  });
});

describe('a part file', () => {
  it('is as long as the file from the start, without taking room for it', async () => {
    const rig = await rigOf();
    await (await rig.open()).close();
    const { size, blocks } = await stat(rig.file);
    expect(size).toBe(SIZE);
    expect(blocks).toBe(0);
  });

  it('that is too long loses what belongs to no piece', async () => {
    const rig = await rigOf();
    await interrupted(rig);
    await appendFile(rig.file, 'more');
    expect(await filledAfter(rig)).toEqual([PIECE, 500_000, PIECE, 1234, 0, 0]);
    expect((await stat(rig.file)).size).toBe(SIZE);
  });

  it('criterion 10: of another identity is set aside, not continued and not deleted', async () => {
    const rig = await rigOf();
    await interrupted(rig);
    const changed = { ...identity, digest: `sha256:${'c'.repeat(64)}` };
    expect(await rig.store.peek('d', changed)).toEqual({ receivedBytes: 0, verified: false });
    const part = await rig.store.open('d', changed);
    expect(presentBytes(part.map)).toBe(0);
    await part.close();
    const [name] = await readdir(path.join(rig.folder, 'quarantine'));
    const kept = await readFile(path.join(rig.folder, 'quarantine', name!));
    expect(kept.subarray(0, PIECE).equals(content.subarray(0, PIECE))).toBe(true);
  });

  it('remembers what is doubtful until that is forgotten', async () => {
    const rig = await rigOf();
    const part = await rig.open();
    part.note([await write(rig.file, 0, 10), await write(rig.file, 1, 10)], { doubtful: true });
    part.note([await write(rig.file, 0, 20)]);
    await part.sync();
    await part.forget([1], 'doubtful');
    await part.close();
    const again = await rig.open();
    expect([...again.doubtful]).toEqual([0]);
    expect([...again.map.filled]).toEqual([20, 0, 0, 0, 0, 0]);
    await again.close();
  });

  it('remembers that it was proven, only while it is whole', async () => {
    const rig = await rigOf();
    const part = await rig.open();
    for (let piece = 0; piece < PIECES; piece += 1) {
      await receive(part, [[piece, Math.min(PIECE, SIZE - piece * PIECE)]]);
    }
    await part.markVerified(SHA256);
    await part.close();
    expect(await rig.store.peek('d', identity)).toEqual({ receivedBytes: SIZE, verified: true });
    const again = await rig.open();
    expect(again.verifiedSha256).toBe(SHA256);
    await again.close();
    await truncate(rig.file, SIZE - 1);
    const { verified } = await rig.store.peek('d', identity);
    expect(verified).toBe(false);
    const cut = await rig.open();
    expect(cut.verifiedSha256).toBeUndefined();
    await cut.close();
  });

  it('begins again after its bytes were set aside', async () => {
    const rig = await rigOf();
    await interrupted(rig);
    const part = await rig.open();
    await part.setAside();
    expect(presentBytes(part.map)).toBe(0);
    await receive(part, [[0, 10]]);
    await part.sync();
    await part.close();
    expect(await rig.store.peek('d', identity)).toEqual({ receivedBytes: 10, verified: false });
    expect(await readdir(path.join(rig.folder, 'quarantine'))).toHaveLength(1);
  });

  it('of the longest name there may be can be set aside', async () => {
    const { store, folder } = await rigOf();
    const part = await store.open('d', { ...identity, path: `${'n'.repeat(250)}.gguf` });
    await part.setAside();
    await part.close();
    expect(await readdir(path.join(folder, 'quarantine'))).toHaveLength(1);
  });

  it('that is small is there once it has its size, without a journal', async () => {
    const { store } = await rigOf();
    const small = { ...identity, path: 'config.json', sizeBytes: 10 };
    await store.prepare('d');
    await writeFile(store.partPath('d', small.path), 'nine byte');
    expect(await store.peek('d', small)).toEqual({ receivedBytes: 0, verified: false });
    await writeFile(store.partPath('d', small.path), 'ten bytes.');
    expect(await store.peek('d', small)).toEqual({ receivedBytes: 10, verified: false });
  });

  it('criterion 20: is never written through a planted link', async () => {
    const rig = await rigOf();
    const outside = path.join(rig.folder, 'outside');
    await writeFile(outside, 'precious');
    await (await rig.open()).close();
    await rm(rig.journal);
    await symlink(outside, rig.journal);
    const part = await rig.open();
    await receive(part, [[0, 10]]);
    await part.close();
    await rm(rig.file);
    await symlink(outside, rig.file);
    await expect(rig.open()).rejects.toMatchObject({ code: 'FILE_IN_THE_WAY' });
    expect(await readFile(outside, 'utf8')).toBe('precious');
  });

  it('whose drive went away says so', async () => {
    const rig = await rigOf();
    const part = await rig.open();
    part.note([await write(rig.file, 0, 10)]);
    await rm(path.join(rig.folder, 'downloads'), { recursive: true });
    await expect(part.sync()).rejects.toMatchObject({ code: 'LIBRARY_MISSING' });
    await expect(rig.open()).rejects.toMatchObject({ code: 'LIBRARY_MISSING' });
    await expect(part.close()).rejects.toMatchObject({ code: 'LIBRARY_MISSING' });
  });

  it.runIf(process.platform === 'linux')('holds two descriptors at most, then none', async () => {
    const rig = await rigOf();
    const part = await rig.open();
    part.note([await write(rig.file, 0, 10)]);
    const syncing = part.sync();
    expect(await descriptorsIn(rig.folder)).toBeLessThanOrEqual(2);
    await syncing;
    expect(await descriptorsIn(rig.folder)).toBeLessThanOrEqual(2);
    await part.close();
    await part.close();
    expect(await descriptorsIn(rig.folder)).toBe(0);
  });
});

async function descriptorsIn(folder: string): Promise<number> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(
    names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(folder)).length;
}
