/** Criteria about answers that are another file, or none at all. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '../../../src-shared/errors.ts';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import type { FaultPlan } from '../../hub/fault-plan.ts';
import type { PlainFile } from '../../hub/plain-files.ts';
import { isDone, isFailed, startEngine, startHubForTest } from '../../support/engine-rig.ts';
import {
  digestOf,
  expectInstalled,
  filesIn,
  installedPath,
  MiB,
  modelOf,
  REF,
  WEIGHTS_PATTERN,
  weightsRig,
  wireBytes,
} from './model-fixture.ts';

const SIZE = 16 * MiB;
const SLOW = { totalBytesPerSecond: 20e6 };

describe('criterion 10: content that changes between two halves', () => {
  it('criterion 10: a hub that names another digest for the same size is not believed, and it is said', async () => {
    const { hub, weights, engine, fetch, until, folder } = await weightsRig(SIZE);
    hub.setRates(SLOW);
    const id = await fetch(REF);
    await hub.until(() => wireBytes(hub) > SIZE / 3);
    await engine.pause(id);
    const sent = wireBytes(hub);
    hub.setRates({});
    hub.setFaults(WEIGHTS_PATTERN, { kind: 'etag-flip', origin: 'hub' });
    await engine.resume(id);
    const failed = await until(id, isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'CONTENT_CHANGED' } });
    expect(existsSync(installedPath(folder))).toBe(false);
    expect(wireBytes(hub)).toBe(sent);
    hub.clearFaults();
    await engine.retry(id);
    await until(id, isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub)).toBeLessThan(1.2 * SIZE);
  });

  const first = syntheticContent({ sizeBytes: SIZE, seed: 1 });
  const second = syntheticContent({ sizeBytes: SIZE, seed: 2 });

  async function plainHalf(file: PlainFile, digest?: string) {
    const hub = await startHubForTest({ repositories: [], plainFiles: { 'model.gguf': file } });
    const rig = await startEngine(hub, { kind: 'url' });
    hub.setRates(SLOW);
    const ref = `url:${hub.url}/plain/model.gguf${digest ? `#sha256=${digest}` : ''}`;
    const id = await rig.fetch(ref);
    await hub.until(() => hub.bytesSent('**/model.gguf') > SIZE / 3);
    await rig.engine.pause(id);
    hub.setRates({});
    return { hub, ref, id, ...rig, installed: path.join(rig.folder, 'plain/files/model.gguf') };
  }

  it('criterion 10: a server with a new ETag for the same size: the halves are never mixed', async () => {
    const rig = await plainHalf({ content: first, etag: '"one"' });
    const { hub, ref, id, engine, until, fetch, installed } = rig;
    hub.setPlainFile('model.gguf', { content: second, etag: '"two"' });
    await engine.resume(id);
    const failed = await until(id, isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'CONTENT_CHANGED' } });
    expect(existsSync(installed)).toBe(false);
    await engine.cancel(id, false);
    const before = hub.bytesSent('**/model.gguf');
    await until(await fetch(ref), isDone);
    expect(await digestOf(installed)).toBe(await second.sha256());
    expect(hub.bytesSent('**/model.gguf') - before).toBeGreaterThanOrEqual(SIZE);
  });

  it('criterion 10: bytes of another identity under the same download are set aside, not deleted', async () => {
    const rig = await plainHalf({ content: first, etag: '"one"' });
    const { hub, ref, id, engine, library, until, source, installed, folder } = rig;
    const downloadId = engine.get(id)?.id ?? '';
    await engine.cancel(id, false);
    hub.setPlainFile('model.gguf', { content: second, etag: '"two"' });
    const { parseReference } = await import('../../../src-shared/domain/reference.ts');
    const listing = await source.inspect(parseReference(ref));
    const known = library.manifests.get(id);
    if (!known) throw new Error('no manifest');
    const files = listing.files.map((file) => ({ ...file, localPath: file.path }));
    const manifest = { ...known, origin: listing.origin, files };
    await engine.enqueue({ manifest, paths: ['model.gguf'], id: downloadId });
    await until(id, isDone);
    expect(await digestOf(installed)).toBe(await second.sha256());
    expect(await readdir(path.join(folder, '.larder', 'quarantine'))).toHaveLength(1);
  });

  it.each([
    ['weak', 'W/"one"', 'W/"two"'],
    ['missing', null, null],
    ['new', '"one"', '"two"'],
  ])('criterion 10: a %s ETag with an unchanged SHA-256 goes on', async (_kind, etag, later) => {
    const digest = await first.sha256();
    const rig = await plainHalf({ content: first, etag, lastModified: null }, digest);
    const { hub, id, engine, until, installed } = rig;
    hub.setPlainFile('model.gguf', { content: first, etag: later, lastModified: null });
    await engine.resume(id);
    await until(id, isDone);
    expect(await digestOf(installed)).toBe(digest);
    expect(hub.bytesSent('**/model.gguf')).toBeLessThan(1.2 * SIZE);
  });
});

const OCTETS = 'application/octet-stream';
const IMPOSTORS: readonly (readonly [string, FaultPlan, string])[] = [
  ['a page as text/html', { kind: 'html' }, 'NOT_A_MODEL_FILE'],
  ['a page as octets', { kind: 'html', contentType: OCTETS }, 'NOT_A_MODEL_FILE'],
  ['an LFS pointer', { kind: 'lfs-pointer', contentType: OCTETS }, 'NOT_A_MODEL_FILE'],
  [
    'a JSON error',
    { kind: 'html', contentType: OCTETS, body: '{"error":"Please sign in"}' },
    'NOT_A_MODEL_FILE',
  ],
  [
    'an XML error',
    { kind: 'html', contentType: OCTETS, body: '<?xml version="1.0"?><Error/>' },
    'NOT_A_MODEL_FILE',
  ],
];

describe.each(['fast', 'got'] as const)('criteria 14 and 25: impostors, way %s', (way) => {
  it.each(IMPOSTORS)(
    'criterion 14 and criterion 25: %s is refused before the final name exists, and named',
    async (_name, fault, code) => {
      const { hub, fetch, until, folder } = await weightsRig(SIZE, { way, attempts: 2 });
      hub.setFaults(WEIGHTS_PATTERN, { ...fault, origin: 'cdn' });
      const failed = await until(await fetch(REF), isFailed);
      expect(failed.state).toMatchObject({ error: { code } });
      expect(existsSync(installedPath(folder))).toBe(false);
      expect((await filesIn(folder)).filter((file) => !file.startsWith('.larder'))).toEqual([]);
      hub.clearFaults();
    },
  );

  it.each([
    ['a large file', SIZE],
    ['a small one', 1_000],
  ])(
    'criterion 14: 511 makes %s wait until somebody signed in, however long',
    async (_name, size) => {
      const attempts = 2;
      const { hub, fetch, until, hosts, engine } = await weightsRig(size, { way, attempts });
      hub.setFaults(WEIGHTS_PATTERN, { kind: 'status', status: 511, origin: 'cdn' });
      const id = await fetch(REF);
      const { host } = new URL(hub.cdnUrl);
      for (let round = 0; round < attempts + 3; round += 1) {
        const waiting = await until(id, ({ files }) => {
          return files[0]?.state.kind === 'retrying' && hosts.trouble(host) !== null;
        });
        expect(waiting.files[0]?.state).toMatchObject({ error: { code: 'NETWORK_SIGN_IN' } });
        // As after any change of the network: it looks again.
        hosts.forgive();
      }
      expect(hub.log.filter(({ status }) => status === 511).length).toBeGreaterThan(attempts);
      expect(engine.get(id)?.state.kind).toBe('running');
      hub.clearFaults();
      hosts.forgive();
      await until(id, isDone);
    },
  );

  it('criterion 25: a truncated answer never becomes a file', async () => {
    const { hub, fetch, until, folder } = await weightsRig(2 * MiB, { way, attempts: 2 });
    hub.setFaults(WEIGHTS_PATTERN, { kind: 'fin', origin: 'cdn', afterBytes: 0 });
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'TRANSFER_CUT' } });
    expect(existsSync(installedPath(folder))).toBe(false);
  });
});

describe('criterion 14: who may sign in', () => {
  it.each([
    ['a gated model', { gated: 'auto' as const }, 'ACCESS_GATED'],
    ['a token that is no longer good', { private: true }, 'REPOSITORY_HIDDEN'],
  ])('criterion 14: %s is refused with what to do', async (_name, change, code) => {
    const model = modelOf({ path: 'weights.gguf', content: bytesContent('x'.repeat(2 * MiB)) });
    const hub = await startHubForTest({ repositories: [model] });
    const { fetch, until, engine } = await startEngine(hub);
    hub.setRates({ totalBytesPerSecond: 1e6 });
    const id = await fetch(REF);
    await engine.pause(id);
    hub.removeRepository(model.id);
    hub.addRepository({ ...model, ...change });
    hub.setRates({});
    await engine.resume(id);
    const failed = await until(id, isFailed);
    expect(failed.state).toMatchObject({ error: { category: 'authentication', code } });
    const { error } = failed.state as { error?: ErrorReport };
    expect(error?.actions.map(({ kind }) => kind)).toContain('sign-in');
  });
});
