import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeDocument } from '../../../src-main/stores/document-format.ts';
import { createRegistryDocument } from '../../../src-main/stores/registry-document.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { toErrorReport } from '../../../src-shared/errors.ts';

let folder: string;
let file: string;
let raised: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'larder-registry-'));
  file = path.join(folder, 'library.json');
  raised = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () =>
  createRegistryDocument(file, {
    raise: (error) => {
      raised.push(error.code);
      return { id: '1', at: '', error: toErrorReport(error), actions: [] };
    },
  });

const manifest = (name: string): Manifest => ({
  version: 1,
  id: `hf:maker/${name}`,
  ref: `hf:maker/${name}`,
  name,
  origin: {
    source: 'hf',
    endpoint: 'https://huggingface.co',
    repository: `maker/${name}`,
    requestedRevision: 'main',
    revision: 'a'.repeat(40),
  },
  folder: `maker/${name}`,
  keep: false,
  trackedAt: '2026-01-01T00:00:00.000Z',
  files: [],
});

it('knows at once what it was told, and after it was written', async () => {
  const first = open();
  first.remember('/one', [manifest('a')]);
  first.identify('/one', 'id of one');
  expect(await first.manifestsOf('/one')).toEqual([manifest('a')]);
  expect(await first.isKnown('/one')).toBe(true);
  expect(await first.idOf('/one')).toBe('id of one');
  await first.flush();

  const second = open();
  expect(await second.manifestsOf('/one')).toEqual([manifest('a')]);
  expect(await second.isKnown('/two')).toBe(false);
  expect(await second.idOf('/two')).toBeNull();
});

it('keeps what is known of other libraries, although nobody asked for it', async () => {
  const first = open();
  first.remember('/one', [manifest('a')]);
  first.remember('/two', [manifest('b')]);
  await first.flush();
  const second = open();
  second.remember('/one', [manifest('c')]);
  await second.flush();
  const third = open();
  expect(await third.manifestsOf('/one')).toEqual([manifest('c')]);
  expect(await third.manifestsOf('/two')).toEqual([manifest('b')]);
});

it('is not read while nobody asks and nothing is to be written', async () => {
  await writeFile(file, 'torn');
  await open().flush();
  expect(await readFile(file, 'utf8')).toBe('torn');
  expect(raised).toEqual([]);
});

it('says that it was damaged once it is read, and remembers anew', async () => {
  await writeFile(file, 'torn');
  const registry = open();
  registry.remember('/one', [manifest('a')]);
  await registry.flush();
  expect(raised).toEqual(['DOCUMENT_DAMAGED']);
  expect(await open().manifestsOf('/one')).toEqual([manifest('a')]);
});

it('believes nothing that is no manifest', async () => {
  const data = { libraries: { '/one': [manifest('a'), { version: 9 }] }, ids: {} };
  await writeFile(file, encodeDocument(1, data));
  expect(await open().manifestsOf('/one')).toEqual([manifest('a')]);
});
