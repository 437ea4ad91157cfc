/** Criteria about what lies on the disk: torn journals, lost writes, damage, space, reads. */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../src-main/engines/download/fetch-file.ts';
import { pieceStart, stateOf, touchedPieces } from '../../../src-main/engines/download/pieces.ts';
import type { PartFile } from '../../../src-main/engines/ports.ts';
import { parseJournal } from '../../../src-main/library/journal.ts';
import type { HubContent } from '../../hub/content.ts';
import { isDone, startEngine } from '../../support/engine-rig.ts';
import {
  expectInstalled,
  installedPath,
  MiB,
  REF,
  WEIGHTS_PATTERN,
  weightsRig,
  wireBytes,
} from './model-fixture.ts';

const SIZE = 24 * MiB;

/** A download that ended in the middle, in order. */
async function halfWay(sizeBytes = SIZE) {
  const rig = await weightsRig(sizeBytes, { connections: 4 });
  const { hub, fetch, until, stop, library, folder, engine } = rig;
  // Slow enough to be stopped in the middle on a busy machine.
  hub.setRates({ totalBytesPerSecond: Math.min(30e6, sizeBytes / 2) });
  const id = await fetch(REF);
  await until(id, ({ receivedBytes }) => receivedBytes > sizeBytes / 2);
  const manifest = library.manifests.get(id);
  const downloadId = engine.get(id)?.id ?? '';
  const [file] = manifest?.files ?? [];
  if (!manifest || !file) throw new Error('no manifest');
  const partPath = library.parts.partPath(downloadId, file.path);
  const identity = identityOf({ origin: manifest.origin, file });
  await stop();
  hub.setRates({});
  const journalPath = partPath.replace(/\.part$/, '.journal');
  const restart = () => startEngine(hub, { folder, stored: rig.stored() });
  return { ...rig, id, downloadId, partPath, journalPath, identity, restart };
}

/** Every piece it speaks of holds the right bytes on the disk. */
async function expectHonest(part: PartFile, content: HubContent) {
  const onDisk = await readFile(part.path);
  for (const piece of touchedPieces(part.map)) {
    const from = pieceStart(part.map, piece);
    const to = from + stateOf(part.map, piece).filled;
    let expected = 0;
    for await (const chunk of content.read(from, to)) expected = crc32(chunk, expected);
    expect([piece, crc32(onDisk.subarray(from, to))]).toEqual([piece, expected]);
  }
}

describe('criterion 2: a torn journal', () => {
  it('criterion 2: cut or zeroed anywhere, it never promises what is not there, and the download ends well', async () => {
    const rig = await halfWay(8 * MiB);
    const { library: _closed, journalPath, partPath, weights, identity, downloadId, folder } = rig;
    const journal = await readFile(journalPath);
    const data = await readFile(partPath);
    const spare = await startEngine(rig.hub, { folder: path.join(folder, '..', 'spare') });
    const copy = spare.library.parts.partPath(downloadId, identity.path);
    await mkdir(path.dirname(copy), { recursive: true });
    let claimed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: journal.length }),
        fc.boolean(),
        async (at, isZeroed) => {
          const torn = Buffer.alloc(isZeroed ? journal.length : at);
          journal.copy(torn, 0, 0, at);
          await writeFile(copy, data);
          await writeFile(copy.replace(/\.part$/, '.journal'), torn);
          const part = await spare.library.parts.open(downloadId, identity);
          await expectHonest(part, weights);
          expect(part.verifiedSha256).toBeUndefined();
          claimed += touchedPieces(part.map).length;
          await part.close();
        },
      ),
      {
        numRuns: 25,
        seed: 2,
        examples: [
          [journal.length, false],
          [0, true],
        ],
      },
    );
    expect(claimed).toBeGreaterThan(0);
    await truncate(journalPath, Math.floor(journal.length / 2));
    const next = await rig.restart();
    await next.until(rig.id, isDone);
    await expectInstalled(folder, weights);
  });
});

async function zero(file: string, from: number, length: number) {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(length), 0, length, from).finally(() => handle.close());
}

describe('criterion 3: a disk that lied', () => {
  it('criterion 3: after a power cut that lost all writes since the last promise, nothing lost is believed', async () => {
    const { partPath, journalPath, identity, downloadId, folder, weights, hub } = await halfWay();
    const promised = parseJournal(await readFile(journalPath, 'utf8'))?.state;
    if (!promised) throw new Error('no journal');
    const { latest, safe } = promised;
    const lost = touchedPieces(latest).filter(
      (piece) => latest.filled[piece] !== safe.filled[piece],
    );
    expect(lost.length).toBeGreaterThan(0);
    for (const piece of lost) {
      const kept = safe.filled[piece] ?? 0;
      await zero(partPath, pieceStart(latest, piece) + kept, (latest.filled[piece] ?? 0) - kept);
    }
    const { library } = await startEngine(hub, { folder });
    const part = await library.parts.open(downloadId, identity);
    await expectHonest(part, weights);
    await part.close();
  });

  it('criterion 3: pieces that were recorded and lie zeroed are found before the file is available', async () => {
    const { partPath, journalPath, restart, id, folder, weights, hub } = await halfWay();
    const first = (await readFile(journalPath, 'utf8')).split('\n')[0] ?? '';
    expect(first).toContain('pieceBytes');
    for (const piece of [0, 3, 7]) await zero(partPath, piece * MiB, MiB);
    const sent = wireBytes(hub);
    const next = await restart();
    await next.until(id, isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub)).toBeGreaterThan(SIZE);
    expect(wireBytes(hub) - sent).toBeLessThan(SIZE / 2 + 6 * MiB);
  });
});

describe('criterion 16: pinpoint repair', () => {
  it('criterion 16: three flipped bytes name three pieces, and only these move over the wire', async () => {
    const { hub, weights, fetch, until, folder, library, engine, hasher } = await weightsRig(SIZE);
    const id = await fetch(REF);
    await until(id, isDone);
    const manifest = library.manifests.get(id);
    const [file] = manifest?.files ?? [];
    const pieces = file?.pieces;
    if (!manifest || !file || !pieces) throw new Error('no pieces were recorded');
    const flipped = [2, 11, 23];
    const handle = await open(installedPath(folder), 'r+');
    for (const piece of flipped) {
      const at = piece * pieces.pieceBytes + 12_345;
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
      await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 4]), 0, 1, at);
    }
    await handle.close();

    const recorded = (pieces.crc32.match(/.{8}/g) ?? []).map((hex) => Number.parseInt(hex, 16));
    const spans = recorded.map((_crc, piece) => ({
      from: piece * pieces.pieceBytes,
      to: Math.min(SIZE, (piece + 1) * pieces.pieceBytes),
    }));
    const found = await hasher.checksums(installedPath(folder), spans);
    const damaged = recorded.flatMap((crc, piece) => (found[piece] === crc ? [] : [piece]));
    expect(damaged).toEqual(flipped);

    await engine.dismiss(id);
    const downloadId = 'repair';
    const identity = identityOf({ origin: manifest.origin, file });
    const part = await library.parts.open(downloadId, identity);
    await rename(installedPath(folder), part.path);
    part.note(
      spans.map(({ from, to }, piece) => ({
        piece,
        filled: to - from,
        crc32: recorded[piece] ?? 0,
      })),
    );
    await part.sync();
    await part.forget(damaged, 'disk');
    await part.close();
    const sent = wireBytes(hub);
    await engine.enqueue({ manifest, paths: [file.path], id: downloadId });
    await until(id, isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub) - sent).toBe(3 * pieces.pieceBytes);
  });
});

describe('criterion 17: space', () => {
  it('criterion 17: what waits for space goes on by itself once there is some, with what it had', async () => {
    let freeBytes = SIZE / 2;
    const { weights, fetch, until, folder } = await weightsRig(SIZE, {
      freeBytes: () => freeBytes,
    });
    const id = await fetch(REF);
    const waiting = await until(id, ({ state }) => state.kind === 'waiting-space');
    expect(waiting.state).toMatchObject({ error: { code: 'DISK_FULL' } });
    freeBytes = SIZE;
    await until(id, isDone);
    await expectInstalled(folder, weights);
  });
});

const IO = '/proc/self/io';

describe('criterion 23: no second read', () => {
  it.runIf(existsSync(IO))(
    'criterion 23: a clean parallel download reads at most a twentieth of its size from the disk',
    async () => {
      const size = 128 * MiB;
      const readBytes = async () =>
        Number(/^read_bytes: (\d+)$/m.exec(await readFile(IO, 'utf8'))?.[1]);
      const { hub, fetch, until, folder } = await weightsRig(size);
      const before = await readBytes();
      await until(await fetch(REF), isDone);
      expect((await readBytes()) - before).toBeLessThanOrEqual(size / 20);
      expect(hub.bytesSent(WEIGHTS_PATTERN)).toBeLessThan(1.05 * size);
      expect(await readdir(path.dirname(installedPath(folder)))).toEqual(['weights.gguf']);
    },
  );
});
