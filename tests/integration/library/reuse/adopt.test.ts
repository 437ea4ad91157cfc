import { open, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { presentBytes } from '../../../../src-main/engines/download/pieces.ts';
import { createPartStore } from '../../../../src-main/library/part-store.ts';
import { adoptPartial } from '../../../../src-main/library/reuse/adopt.ts';
import { createHasher } from '../../../../src-main/platform/hasher.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import { CONTENT, createNotedPart, MiB, put, SHA256 } from './reuse-fixture.ts';

const SIZE = CONTENT.byteLength;
const PIECE = 2 ** 18;
const RUN = { signal: new AbortController().signal, onProgress: () => {} };
const hasher = createHasher();
afterAll(() => hasher.close());

async function rig(bytes: Uint8Array = CONTENT) {
  const folder = await temporaryFolder();
  const source = await put(path.join(folder, 'source'), bytes);
  const file = await put(path.join(folder, 'part'), '');
  await truncate(file, SIZE);
  return { folder, source, file, part: createNotedPart(file, SIZE, PIECE) };
}

const span = fc
  .tuple(fc.integer({ min: 0, max: SIZE + 9 }), fc.integer({ min: 0, max: 4 * PIECE }))
  .map(([from, length]) => ({ from, to: from + length }));

describe('adoption', () => {
  it('notes what lies on the disk with its checksum, and nothing else', async () => {
    const { source, file } = await rig();
    await fc.assert(
      fc.asyncProperty(fc.array(span, { maxLength: 6 }), fc.nat(SIZE), async (spans, length) => {
        // Empty it, so that only what this run writes is there.
        await truncate(file, 0);
        await truncate(file, SIZE);
        await put(source, CONTENT.subarray(0, length));
        const part = createNotedPart(file, SIZE, PIECE);
        await adoptPartial({ path: source, spans }, part, RUN);
        const onDisk = await readFile(file);
        const { filled, crc32: noted } = part.map;
        for (const piece of filled.keys()) {
          const start = piece * PIECE;
          let end = start;
          const covering = () => spans.filter(({ from, to }) => from <= end && end < to);
          for (let over = covering(); over.length > 0 && end < length; over = covering()) {
            end = Math.min(Math.max(...over.map(({ to }) => to)), start + PIECE, length);
            if (end === start + PIECE) break;
          }
          expect(filled[piece]).toBeGreaterThanOrEqual(Math.max(0, end - start - 9));
          expect(filled[piece]).toBeLessThanOrEqual(end - start);
          const there = onDisk.subarray(start, start + (filled[piece] ?? 0));
          expect(there.equals(CONTENT.subarray(start, start + there.byteLength))).toBe(true);
          expect(noted[piece]).toBe(crc32(there));
          expect(part.doubtful.has(piece)).toBe(there.byteLength > 0);
        }
        expect(onDisk.byteLength).toBe(SIZE);
        expect(part.recorded()).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves pieces alone that hold something already', async () => {
    const { source, part } = await rig();
    part.note([{ piece: 1, filled: 3, crc32: 42 }]);
    await adoptPartial({ path: source, spans: [{ from: 0, to: SIZE }] }, part, RUN);
    expect(part.map.filled[1]).toBe(3);
    expect(part.map.filled[2]).toBe(PIECE);
    expect(part.doubtful.has(1)).toBe(false);
    const onDisk = await readFile(part.path);
    expect(onDisk.subarray(PIECE, 2 * PIECE).every((byte) => byte === 0)).toBe(true);
  });

  it('takes no hole for content', async () => {
    const { source, part } = await rig();
    const handle = await open(source, 'r+');
    await handle.write(Buffer.alloc(PIECE), 0, PIECE, PIECE);
    await handle.write(Buffer.alloc(100_000), 0, 100_000, 3 * PIECE - 100_000);
    await handle.close();
    await adoptPartial({ path: source, spans: [{ from: 0, to: SIZE }] }, part, RUN);
    const [first, second, third, fourth] = part.map.filled;
    expect([first, second, fourth]).toEqual([PIECE, 0, PIECE]);
    expect(third).toBeLessThanOrEqual(PIECE - 100_000);
    expect(third).toBeGreaterThan(PIECE - 100_009);
    expect(part.doubtful.has(1)).toBe(false);
  });

  it('does not change the original', async () => {
    const { source, part } = await rig();
    const before = await stat(source);
    await adoptPartial({ path: source, spans: [{ from: 0, to: SIZE }] }, part, RUN);
    const after = await stat(source);
    expect((await readFile(source)).equals(CONTENT)).toBe(true);
    expect(after.mtimeMs).toBe(before.mtimeMs);
  });

  it('of what went away meanwhile is nothing at all', async () => {
    const { folder, part } = await rig();
    const spans = [{ from: 0, to: SIZE }];
    await adoptPartial({ path: path.join(folder, 'gone'), spans }, part, RUN);
    expect(presentBytes(part.map)).toBe(0);
  });

  it('can be stopped', async () => {
    const { source, part } = await rig();
    const reason = new Error('stopped');
    const stop = new AbortController();
    const note: typeof part.note = (...notes) => {
      part.note(...notes);
      stop.abort(reason);
    };
    const spans = [{ from: 0, to: SIZE }];
    const adopting = adoptPartial(
      { path: source, spans },
      { ...part, note },
      { signal: stop.signal, onProgress: () => {} },
    );
    await expect(adopting).rejects.toBe(reason);
    expect(presentBytes(part.map)).toBe(PIECE);
  });

  it('outlives the program: a real part holds it when it is opened again', async () => {
    const { folder, source } = await rig();
    const downloadsFolder = path.join(folder, 'downloads');
    await put(path.join(downloadsFolder, '.keep'), '');
    const quarantineFolder = path.join(folder, 'quarantine');
    const freeBytes = async () => 0;
    const store = createPartStore({ downloadsFolder, quarantineFolder, freeBytes, hasher });
    const identity = {
      endpoint: 'https://hub.example',
      repository: 'maker/model',
      revision: 'a'.repeat(40),
      path: 'model.gguf',
      sizeBytes: SIZE,
      digest: `sha256:${SHA256}`,
    };
    const part = await store.open('one', identity);
    const spans = [{ from: 0, to: MiB + 17 }];
    await adoptPartial({ path: source, spans }, part, RUN);
    await part.close();
    const again = await store.open('one', identity);
    expect(presentBytes(again.map)).toBe(MiB + 17);
    expect([...again.doubtful]).toEqual([0, 1]);
    await again.close();
  });
});
