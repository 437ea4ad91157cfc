/** Every kind of fault of the hub, for both ways of fetching, in the open and over TLS. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import type { FaultKind, FaultPlan } from '../../hub/fault-plan.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';
import { isDone, isSettled, startEngine, startHubForTest } from '../../support/engine-rig.ts';
import {
  expectInstalled,
  installedPath,
  MiB,
  modelOf,
  REF,
  WEIGHTS,
  WEIGHTS_PATTERN,
  wireBytes,
} from './model-fixture.ts';

const SIZE = 18 * MiB + 12_345;
const weights = syntheticContent({ sizeBytes: SIZE, seed: 77 });
const config = bytesContent('{"model_type":"llama"}');
const repositories = [
  modelOf({ path: WEIGHTS, content: weights }, { path: 'config.json', content: config }),
];

/** What each kind may end in beside success. A kind that is missing here does not compile. */
const ALLOWED: Readonly<Record<FaultKind, readonly string[]>> = {
  fin: [],
  rst: [],
  stall: [],
  trickle: [],
  status: [],
  'ignore-range': [],
  'wrong-range': [],
  '200-with-content-range': [],
  short: [],
  long: [],
  'no-length': [],
  gzip: [],
  html: ['NOT_A_MODEL_FILE'],
  'lfs-pointer': ['NOT_A_MODEL_FILE'],
  'etag-flip': [],
  bitflip: [],
  expire: [],
};
const KINDS = Object.keys(ALLOWED) as FaultKind[];

function planOf(kind: FaultKind, seed: number): FaultPlan {
  const random = createSeededRandom(seed);
  const wrongs = ['start', 'total', 'missing'] as const;
  return {
    kind,
    origin: 'cdn',
    times: 2,
    everyNth: 1 + Math.floor(2 * random()),
    afterBytes: Math.floor((kind === 'expire' ? SIZE : 2 * MiB) * random()),
    offset: Math.floor(SIZE * random()),
    byteCount: 1 + Math.floor(5_000 * random()),
    wrong: wrongs[Math.floor(3 * random())] ?? 'start',
    framing: random() < 0.5 ? 'chunked' : 'length',
    beforeHeaders: ['fin', 'rst', 'stall'].includes(kind) && random() < 0.3,
    status: random() < 0.5 ? 503 : 429,
    retryAfter: 0,
  };
}

/** What may look different from below an encrypted line. */
const OVER_TLS: readonly FaultKind[] = [
  'fin',
  'rst',
  'stall',
  'short',
  'long',
  'ignore-range',
  'gzip',
];

const WORLDS = (['fast', 'got'] as const).flatMap((way) => [
  { way, tls: false, kinds: KINDS },
  { way, tls: true, kinds: OVER_TLS },
]);

describe.each(WORLDS)('a hostile server, way $way, TLS $tls', ({ way, tls, kinds }) => {
  it.each(kinds.map((kind) => [kind, 1 + KINDS.indexOf(kind)] as const))(
    '%s (seed %i): the right file, or a coded error and then the right file',
    async (kind, seed) => {
      const hub = await startHubForTest({ repositories, tls, seed });
      const rig = await startEngine(hub, { way, stallTimeoutMs: 300, attempts: 6, connections: 4 });
      const { engine, fetch, until, folder, heard } = rig;
      hub.setFaults(WEIGHTS_PATTERN, planOf(kind, seed));
      const id = await fetch(REF);
      const { state } = await until(id, isSettled);
      if (state.kind === 'failed') {
        expect(ALLOWED[kind]).toContain(state.error.code);
        expect(existsSync(installedPath(folder))).toBe(false);
        hub.clearFaults();
        await engine.retry(id);
        await until(id, isDone);
      }
      await expectInstalled(folder, weights);
      await expectInstalled(folder, config, 'config.json');
      expect(hub.leaks).toEqual([]);
      expect(wireBytes(hub)).toBeLessThan(2.3 * SIZE);
      if (kind === 'bitflip') return;
      const shown = heard.flatMap(({ download }) => (download ? [download.receivedBytes] : []));
      expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    },
  );
});
