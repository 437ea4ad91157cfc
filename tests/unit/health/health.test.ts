import { describe, expect, it } from 'vitest';
import { createHealth, type HealthPorts } from '../../../src-main/engines/health/health.ts';
import { EMPTY_RECORD, type HealthRecord } from '../../../src-main/engines/health/record.ts';
import type { ModelHealth, Verdict } from '../../../src-shared/domain/health.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';
import { traceOf } from '../../support/speed-traces.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const SHA = 'a'.repeat(64);
const AT = '2026-01-01T00:00:00.000Z';
const MODEL: Manifest = {
  version: 1,
  id: 'hf:maker/model',
  ref: 'hf:maker/model',
  name: 'model',
  origin: {
    source: 'hf',
    endpoint: 'https://hub.example',
    repository: 'maker/model',
    requestedRevision: 'main',
    revision: 'b'.repeat(40),
  },
  folder: 'maker/model',
  keep: true,
  trackedAt: AT,
  installedAt: AT,
  files: [{ path: 'model.bin', localPath: 'model.bin', sizeBytes: 100, sha256: SHA, provenAt: AT }],
};

/** One model whose only file has the digest that is told. */
function rig({ digest = SHA, isOffline = false } = {}) {
  const { clock } = createManualClock();
  let record: HealthRecord = EMPTY_RECORD;
  let manifest = MODEL;
  const verdicts: Verdict[] = [];
  const fetched: string[][] = [];
  const reads: string[] = [];
  const ports: HealthPorts = {
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    publish: () => {},
    hasher: {
      follow: (path) => ({
        hashedBytes: 0,
        advance: () => {},
        finish: async () => {
          reads.push(path);
          return { sha256: digest };
        },
        cancel: () => {},
      }),
      checksums: async (_path, spans) => spans.map(() => 1),
    },
    inspector: {
      scanner: 1,
      form: async () => ({ format: 'unknown', findings: [], metadata: {} }),
      model: async () => ({
        forms: new Map(),
        unreadable: new Map(),
        parts: [],
        problems: [],
        metadata: {},
      }),
      safety: async () => null,
    },
    findVirus: async () => null,
    look: async ({ files }) =>
      files.map((file) => ({
        file,
        state: 'present',
        place: '/library/model.bin',
        foundBytes: file.sizeBytes,
        modifiedAt: 0,
      })),
    manifests: () => [manifest],
    manifest: (modelId) => [manifest].find(({ id }) => id === modelId),
    isOffline: () => isOffline,
    download: () => undefined,
    noteProofs: async (_id, proofs) => {
      const byPath = new Map(proofs.map((proof) => [proof.path, proof]));
      const files = manifest.files.map((file) => ({
        ...file,
        provenAt: byPath.get(file.path)?.at ?? file.provenAt,
      }));
      manifest = { ...manifest, files };
    },
    noteMetadata: async () => {},
    store: {
      get: () => record,
      update: (change) => {
        record = change(record);
      },
    },
    settings: () => DEFAULT_SETTINGS.health,
    hold: () => 'Waits.',
    fetchAgain: async (_id, { paths }) => {
      fetched.push([...paths]);
      return [];
    },
    discardAside: async () => {},
    quarantine: async () => {},
    release: async () => {},
    verdictChanged: (health) => verdicts.push(health.verdict),
  };
  const health = createHealth(ports);
  const get = (): ModelHealth => health.get(MODEL.id);
  return { health, get, verdicts, fetched, reads };
}

describe('R6.1 a program that could not load a model', () => {
  it('makes it suspect at once, and its bytes are read: when they are right it is well again', async () => {
    const { health, get, verdicts, reads } = rig();
    health.loadFailed(MODEL.id, 'llama could not load it.');
    expect(get()).toMatchObject({ verdict: 'suspect', sentence: 'llama could not load it.' });
    await health.checked(MODEL.id, 'full');
    expect(get().verdict).toBe('healthy');
    expect(reads).toHaveLength(1);
    expect(verdicts).toEqual(['suspect', 'healthy']);
  });

  it('makes it damaged only when its bytes are wrong', async () => {
    const { health, get, fetched } = rig({ digest: 'f'.repeat(64) });
    health.loadFailed(MODEL.id, 'llama could not load it.');
    await health.checked(MODEL.id, 'full');
    expect(get()).toMatchObject({ verdict: 'damaged', can: { repair: true } });
    await health.repair(MODEL.id, 'pieces');
    expect(fetched).toEqual([['model.bin']]);
  });
});

describe('R6.3 speed', () => {
  it('a slow model gets a finding that changes no verdict, and loses it again', () => {
    const { health, get } = rig();
    const slow = traceOf([
      { count: 40, rate: 20 },
      { count: 10, rate: 9, machine: { onBattery: true } },
    ]);
    for (const metrics of slow) health.noteGeneration(metrics);
    expect(get()).toMatchObject({ verdict: 'healthy', findings: [{ check: 'speed' }] });
    expect(get().findings[0]?.sentence).toBe(
      'It is slower than usual: the computer ran on battery.',
    );
    const well = traceOf([{ count: 60, rate: 20 }]).slice(50);
    for (const metrics of well) health.noteGeneration(metrics);
    expect(get().findings).toEqual([]);
  });
});

describe('R2.3 a drive that is away', () => {
  it('makes models offline, never damaged, and lets nothing be asked of them', async () => {
    const { health, get, reads } = rig({ isOffline: true });
    await health.checked(MODEL.id, 'full');
    expect(get()).toMatchObject({ verdict: 'offline', can: { check: false, repair: false } });
    expect(reads).toEqual([]);
  });
});
