import { describe, expect, it } from 'vitest';
import {
  EMPTY_RECORD,
  type HealthRecord,
  NEW_MODEL,
} from '../../../src-main/engines/health/record.ts';
import { createScrub } from '../../../src-main/engines/health/scrub.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const MB = 1e6;
const MiB = 2 ** 20;
const PIECE = MiB;
const CRC = 'abcdef01';
const DAY_MS = 24 * 60 * 60 * 1000;
const LONG_AGO = '2020-01-01T00:00:00.000Z';

function manifestOf(name: string, pieces: number, provenAt: string): Manifest {
  const path = `${name}.bin`;
  const sha256 = '0'.repeat(64);
  return {
    version: 1,
    id: `hf:maker/${name}`,
    ref: `hf:maker/${name}`,
    name,
    origin: {
      source: 'hf',
      endpoint: 'https://hub.example',
      repository: `maker/${name}`,
      requestedRevision: 'main',
      revision: 'a'.repeat(40),
    },
    folder: `maker/${name}`,
    keep: true,
    trackedAt: LONG_AGO,
    installedAt: LONG_AGO,
    files: [
      {
        path,
        localPath: path,
        sizeBytes: pieces * PIECE,
        sha256,
        verifiedSha256: sha256,
        provenAt,
        pieces: { pieceBytes: PIECE, crc32: CRC.repeat(pieces) },
      },
    ],
  };
}

interface Options {
  readonly manifests: readonly Manifest[];
  readonly settings?: Partial<typeof DEFAULT_SETTINGS.health>;
  /** Number of a piece that is wrong, in the first model. */
  readonly wrong?: number;
}

function rig({ manifests, settings, wrong }: Options) {
  const { clock, advance } = createManualClock();
  let record: HealthRecord = {
    ...EMPTY_RECORD,
    models: Object.fromEntries(manifests.map(({ id }) => [id, NEW_MODEL])),
  };
  let known = [...manifests];
  const proven: string[] = [];
  const suspected: string[] = [];
  const read: { path: string; from: number; bytes: number }[] = [];
  let hold: string | null = null;
  const scrub = createScrub({
    clock,
    hasher: {
      follow: () => {
        throw new Error('not asked');
      },
      checksums: async (path, spans) => {
        for (const { from, to } of spans) read.push({ path, from, bytes: to - from });
        const isFirst = path === manifests[0]?.files[0]?.path;
        return spans.map(({ from }) => {
          return isFirst && from === (wrong ?? -1) * PIECE ? 0 : Number.parseInt(CRC, 16);
        });
      },
    },
    look: async ({ files }) =>
      files.map((file) => ({
        file,
        state: 'present',
        place: file.path,
        foundBytes: file.sizeBytes,
        modifiedAt: 0,
      })),
    manifests: () => known,
    settings: () => ({ ...DEFAULT_SETTINGS.health, ...settings }),
    hold: () => hold,
    record: () => record,
    isDamaged: (modelId) => suspected.includes(modelId),
    save: (change) => {
      record = change(record);
    },
    proven: async (modelId, { at }) => {
      proven.push(modelId);
      known = known.map((manifest) =>
        manifest.id === modelId
          ? { ...manifest, files: manifest.files.map((file) => ({ ...file, provenAt: at })) }
          : manifest,
      );
    },
    suspect: async (modelId) => {
      suspected.push(modelId);
    },
    changed: () => {},
  });
  /** Time goes by in steps small enough for every wait. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      advance(50);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  const bytesRead = () => read.reduce((sum, { bytes }) => sum + bytes, 0);
  const setHold = (sentence: string | null) => {
    hold = sentence;
  };
  return { scrub, pass, advance, proven, suspected, read, bytesRead, setHold };
}

describe('the background check', () => {
  it('keeps under its rate, and close to it', async () => {
    const settings = { scrubBytesPerSecond: 20 * MB, scrubBytesPerDay: 0 };
    const { scrub, pass, bytesRead } = rig({
      manifests: [manifestOf('one', 4_000, LONG_AGO)],
      settings,
    });
    scrub.start();
    await pass(60_000);
    const share = bytesRead() / (60 * settings.scrubBytesPerSecond);
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(1.1);
    await scrub.stop();
  });

  it('reads what was proven longest ago first, and rests once nothing is due', async () => {
    const manifests = [
      manifestOf('younger', 20, '2020-02-01T00:00:00.000Z'),
      manifestOf('older', 20, LONG_AGO),
    ];
    const { scrub, pass, proven } = rig({ manifests });
    scrub.start();
    await pass(10_000);
    expect(proven).toEqual(['hf:maker/older', 'hf:maker/younger']);
    expect(scrub.view()).toMatchObject({ state: 'waiting', todayBytes: 40 * PIECE });
    await scrub.stop();
  });

  it('stops for the day once its budget is used, and goes on with the same piece the next day', async () => {
    const settings = { scrubBytesPerDay: 32 * MiB, scrubBytesPerSecond: 1000 * MB };
    const { scrub, pass, advance, proven, bytesRead } = rig({
      manifests: [manifestOf('one', 48, LONG_AGO)],
      settings,
    });
    scrub.start();
    await pass(120_000);
    expect(bytesRead()).toBe(32 * MiB);
    expect(scrub.view().sentence).toContain('Enough for today');
    await scrub.stop();
    advance(DAY_MS);
    scrub.start();
    await pass(10_000);
    await scrub.stop();
    expect(proven).toEqual(['hf:maker/one']);
    expect(bytesRead()).toBe(48 * MiB);
  });

  it('goes on where it stopped when it is started again', async () => {
    const { scrub, pass, proven, read } = rig({
      manifests: [manifestOf('one', 64, LONG_AGO)],
      settings: { scrubBytesPerSecond: 16 * MB },
    });
    scrub.start();
    await pass(1_000);
    await scrub.stop();
    expect(proven).toEqual([]);
    scrub.start();
    await pass(10_000);
    await scrub.stop();
    expect(proven).toEqual(['hf:maker/one']);
    expect(read.map(({ from }) => from)).toEqual(
      Array.from({ length: 64 }, (_, piece) => piece * PIECE),
    );
  });

  it('waits while something else needs the disk, and says what', async () => {
    const { scrub, pass, bytesRead, setHold } = rig({
      manifests: [manifestOf('one', 8, LONG_AGO)],
    });
    setHold('Waits while something is downloaded.');
    scrub.start();
    await pass(30_000);
    expect(bytesRead()).toBe(0);
    expect(scrub.view()).toMatchObject({
      state: 'held',
      sentence: 'Waits while something is downloaded.',
    });
    setHold(null);
    await pass(10_000);
    expect(bytesRead()).toBe(8 * PIECE);
    await scrub.stop();
  });

  it('has the whole model proven once a piece differs, and does not read that again', async () => {
    const { scrub, pass, suspected, bytesRead } = rig({
      manifests: [manifestOf('one', 64, LONG_AGO)],
      wrong: 20,
    });
    scrub.start();
    await pass(60_000);
    expect(suspected).toEqual(['hf:maker/one']);
    expect(bytesRead()).toBe(32 * PIECE);
    await scrub.stop();
  });
});
