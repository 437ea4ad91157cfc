import { mkdir, symlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPartials } from '../../../../src-main/library/reuse/partials.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import { CONTENT, MiB, put, SHA256, WANTED } from './reuse-fixture.ts';

const SIZE = CONTENT.byteLength;

async function places() {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => path.join(folder, ...names);
  const find = (wanted: Partial<typeof WANTED> = {}) =>
    findPartials(
      { ...WANTED, ...wanted },
      [
        { kind: 'hf-cache', folder: at('hub') },
        { kind: 'ollama', folder: at('ollama') },
        { kind: 'lm-studio', folder: at('lm') },
      ],
      { modelFolder: at('library/maker/model'), localPath: WANTED.path },
    );
  const ollama = at('ollama/blobs', `sha256-${SHA256}-partial`);
  const putRecord = (N: number, record: object | string) =>
    put(`${ollama}-${N}`, typeof record === 'string' ? record : `${JSON.stringify(record)}\n`);
  return { at, find, ollama, putRecord };
}

describe('a download of the Hugging Face client', () => {
  it.each([`${SHA256}.incomplete`, `${SHA256}.1a2b3c4d.incomplete`])(
    'counts from its start to its end: %s',
    async (name) => {
      const { at, find } = await places();
      const file = await put(at('hub/models--a--b/blobs', name), CONTENT.subarray(0, 2_000_000));
      expect(await find()).toEqual([
        { path: file, spans: [{ from: 0, to: 2_000_000 }], bytes: 2_000_000 },
      ]);
    },
  );

  it('into a folder is found when that folder is the model', async () => {
    const { at, find } = await places();
    const hidden = at('library/maker/model/.cache/huggingface/download/weights');
    const file = path.join(hidden, `AbC-_=.${SHA256}.incomplete`);
    await put(file, CONTENT.subarray(0, 10));
    expect(await find()).toMatchObject([{ path: file, bytes: 10 }]);
  });

  it('of another file, or longer than the file, or empty, is none', async () => {
    const { at, find } = await places();
    const blobs = at('hub/models--a--b/blobs');
    await put(path.join(blobs, `${'e'.repeat(64)}.incomplete`));
    await put(path.join(blobs, `${SHA256}.incomplete`), Buffer.concat([CONTENT, CONTENT]));
    await put(path.join(blobs, `${SHA256}.00000000.incomplete`), '');
    await put(path.join(blobs, `${SHA256}.lock`));
    expect(await find()).toEqual([]);
  });

  it('whose length was set before it was written counts up to the last piece that was', async () => {
    const { at, find } = await places();
    const file = at('hub/models--a--b/blobs', `${SHA256}.incomplete`);
    await put(file, CONTENT.subarray(0, 2 * MiB));
    await truncate(file, SIZE);
    expect(await find()).toMatchObject([{ spans: [{ from: 0, to: 2 * MiB }] }]);
  });

  it('of nothing but a hole is none', async () => {
    const { at, find } = await places();
    await put(at('hub/models--a--b/blobs', `${SHA256}.incomplete`), Buffer.alloc(SIZE));
    expect(await find()).toEqual([]);
  });
});

describe('a download of Ollama', () => {
  it('counts as its records say, joined', async () => {
    const { find, ollama, putRecord } = await places();
    await put(ollama);
    await putRecord(0, { N: 0, Offset: 0, Size: 1_000_000, Completed: 1_000_000 });
    await putRecord(1, { N: 1, Offset: 1_000_000, Size: 1_000_000, Completed: 600_000 });
    await putRecord(10, { N: 10, Offset: 2 * MiB, Size: SIZE - 2 * MiB, Completed: 5 });
    const spans = [
      { from: 0, to: 1_600_000 },
      { from: 2 * MiB, to: 2 * MiB + 5 },
    ];
    expect(await find()).toEqual([{ path: ollama, spans, bytes: 1_600_005 }]);
  });

  it('counts only where a piece can be filled from its start', async () => {
    const { find, ollama, putRecord } = await places();
    await put(ollama);
    expect(await find()).toEqual([]);
    await putRecord(3, { N: 3, Offset: MiB + 1, Size: MiB, Completed: MiB });
    expect(await find()).toMatchObject([{ bytes: 1 }]);
  });

  it('counts no record that makes no sense, and nothing beyond the file', async () => {
    const { find, ollama, putRecord } = await places();
    await put(ollama, CONTENT.subarray(0, 3 * MiB));
    await putRecord(0, { N: 0, Offset: 0, Size: 10, Completed: 11 });
    await putRecord(1, { N: 1, Offset: -5, Size: 10, Completed: 10 });
    await putRecord(2, '{"N":2,"Offs');
    await putRecord(3, { N: 3, Offset: 2 * MiB, Size: 9e9, Completed: 9e9 });
    expect(await find()).toMatchObject([{ spans: [{ from: 2 * MiB, to: 3 * MiB }] }]);
  });
});

describe('a partial file in the place of the file', () => {
  it.each(['.part', '.partial'])('counts from its start: %s', async (ending) => {
    const { at, find } = await places();
    const file = at('library/maker/model', `${WANTED.path}${ending}`);
    await put(file, CONTENT.subarray(0, 1_500_000));
    expect(await find()).toMatchObject([{ path: file, bytes: 1_500_000 }]);
  });

  it('is left to the tool whose control file lies beside it', async () => {
    const { at, find } = await places();
    const target = at('library/maker/model', WANTED.path);
    await put(`${target}.part`);
    await put(`${target}.part.aria2`, 'control');
    expect(await find()).toEqual([]);
  });
});

it('the one with the most bytes comes first', async () => {
  const { at, find } = await places();
  const blobs = at('hub/models--a--b/blobs');
  await put(path.join(blobs, `${SHA256}.incomplete`), CONTENT.subarray(0, 100));
  await put(path.join(blobs, `${SHA256}.00000001.incomplete`), CONTENT.subarray(0, 300));
  await put(at('library/maker/model', `${WANTED.path}.part`), CONTENT.subarray(0, 200));
  expect((await find()).map(({ bytes }) => bytes)).toEqual([300, 200, 100]);
});

it('nothing is continued that no digest would prove', async () => {
  const { at, find } = await places();
  await put(at('library/maker/model', `${WANTED.path}.part`));
  expect(await find({ sha256: undefined, gitSha1: 'f'.repeat(40) })).toEqual([]);
});

it('no link is followed', async () => {
  const { at, find, ollama, putRecord } = await places();
  const secret = await put(at('secret'));
  await putRecord(0, { N: 0, Offset: 0, Size: SIZE, Completed: SIZE });
  await symlink(secret, ollama);
  await mkdir(at('library/maker/model/weights'), { recursive: true });
  await symlink(secret, at('library/maker/model', `${WANTED.path}.part`));
  expect(await find()).toEqual([]);
});
