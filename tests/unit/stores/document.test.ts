import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type DocumentDamage,
  type DocumentOptions,
  openDocument,
} from '../../../src-main/stores/document.ts';
import { decodeDocument, encodeDocument } from '../../../src-main/stores/document-format.ts';
import { AppError } from '../../../src-shared/errors.ts';

const schema = z.object({ items: z.array(z.object({ name: z.string(), bytes: z.number() })) });
type Data = z.infer<typeof schema>;

const FIRST: Data = { items: [{ name: 'größe', bytes: 1 }] };
const SECOND: Data = { items: [...FIRST.items, { name: 'two', bytes: 22 }] };

let folder: string;
let path: string;
let damages: DocumentDamage[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-document-'));
  path = join(folder, 'things.json');
  damages = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(options: Partial<DocumentOptions<Data>> = {}) {
  return openDocument<Data>({
    path,
    schema,
    version: 1,
    defaults: { items: [] },
    onDamage: (damage) => damages.push(damage),
    now: () => Date.UTC(2026, 0, 31, 12),
    ...options,
  });
}

async function writeTwoGenerations() {
  const document = await open();
  document.update(() => FIRST);
  await document.flush();
  document.update(() => SECOND);
  await document.flush();
}

describe('a document', () => {
  it('begins with its defaults, and writes nothing until it changes', async () => {
    const document = await open();
    await document.flush();
    expect(document.data).toEqual({ items: [] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is read back as it was written', async () => {
    await writeTwoGenerations();
    expect((await open()).data).toEqual(SECOND);
    expect(damages).toEqual([]);
  });

  it('makes its folder when that is missing', async () => {
    path = join(folder, 'deep', 'er', 'things.json');
    const document = await open();
    document.update(() => FIRST);
    await document.flush();
    expect((await open()).data).toEqual(FIRST);
  });

  it('writes changes made together once', async () => {
    const document = await open();
    document.update(() => FIRST);
    document.update(() => SECOND);
    await document.flush();
    expect(await readdir(folder)).toEqual(['things.json']);
  });

  it('keeps every one of many concurrent changes', async () => {
    const document = await open();
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
    await Promise.all(
      names.map(async (name) => {
        document.update(({ items }) => ({ items: [...items, { name, bytes: 0 }] }));
        await document.flush();
      }),
    );
    expect((await open()).data.items.map((item) => item.name)).toEqual(names);
  });

  it('is unchanged when a change throws or does not fit its schema', async () => {
    const document = await open();
    document.update(() => FIRST);
    const unfit = { items: [{ name: 1 }] } as unknown as Data;
    expect(() => document.update(() => unfit)).toThrow();
    expect(() =>
      document.update(() => {
        throw new Error('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(document.data).toEqual(FIRST);
  });

  it('reads back whatever can be put into it', async () => {
    const text = fc.string({ unit: 'grapheme' });
    const item = fc.record({
      name: text,
      bytes: fc.double({ noNaN: true, noDefaultInfinity: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item), async (items) => {
        const decoded = decodeDocument(encodeDocument(1, { items }), { schema, version: 1 });
        expect(decoded).toEqual({ kind: 'intact', data: JSON.parse(JSON.stringify({ items })) });
      }),
    );
  });
});

describe('a damaged document', () => {
  it('is recovered from its previous generation, wherever it was cut off', async () => {
    await writeTwoGenerations();
    const whole = await readFile(path);
    const previous = await readFile(`${path}.previous`);
    // The last byte is only the line end.
    for (let length = 0; length < whole.length - 1; length += 1) {
      await rm(folder, { recursive: true });
      await writeTwoGenerations();
      damages = [];
      const torn = whole.subarray(0, length);
      await writeFile(path, torn);
      expect((await open()).data).toEqual(FIRST);
      expect(damages).toEqual([
        {
          name: 'things.json',
          keptAs: 'things.json.damaged-2026-01-31T12-00-00-000Z',
          recovered: true,
        },
      ]);
      expect(await readFile(join(folder, damages[0]!.keptAs))).toEqual(torn);
      expect(await readFile(path)).toEqual(previous);
    }
  });

  it('is noticed after any flipped bit that changes what it says', async () => {
    const whole = Buffer.from(encodeDocument(1, SECOND));
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const decoded = decodeDocument(flipped.toString('utf8'), { schema, version: 1 });
      if (decoded.kind === 'intact') expect(decoded.data).toEqual(SECOND);
    }
  });

  it('gives way to the defaults when no generation is left, and both are kept', async () => {
    await writeTwoGenerations();
    await writeFile(path, '{');
    await writeFile(`${path}.previous`, '[]');
    expect((await open()).data).toEqual({ items: [] });
    expect(damages).toMatchObject([{ recovered: false }]);
    expect((await readdir(folder)).sort()).toEqual([
      'things.json.damaged-2026-01-31T12-00-00-000Z',
      'things.json.previous.damaged-2026-01-31T12-00-00-000Z',
    ]);
  });

  it('is reported once, not at every start', async () => {
    await writeTwoGenerations();
    await writeFile(path, 'not JSON');
    await open();
    await open();
    expect(damages).toHaveLength(1);
  });

  it('never replaces an earlier damaged file', async () => {
    for (const text of ['one', 'two', 'three']) {
      await writeFile(path, text);
      await open();
    }
    const kept = await Promise.all(
      damages.map(({ keptAs }) => readFile(join(folder, keptAs), 'utf8')),
    );
    expect(kept).toEqual(['one', 'two', 'three']);
  });

  it('may even be a folder', async () => {
    await rm(folder, { recursive: true });
    await writeTwoGenerations();
    const other = path;
    path = join(folder, 'other.json');
    await open({ path: join(path, 'inner.json') }).then(async (document) => {
      document.update(() => FIRST);
      await document.flush();
    });
    expect((await open()).data).toEqual({ items: [] });
    expect(damages).toMatchObject([{ name: 'other.json', recovered: false }]);
    expect(await readFile(other, 'utf8')).toContain('two');
  });

  it('is set aside when a newer app wrote it', async () => {
    await writeTwoGenerations();
    const newer = encodeDocument(2, { other: 'shape' });
    await writeFile(path, newer);
    expect((await open()).data).toEqual(FIRST);
    expect(damages).toMatchObject([{ recovered: true }]);
    expect(await readFile(join(folder, damages[0]!.keptAs), 'utf8')).toBe(newer);
  });
});

describe('interrupted writing', () => {
  it('leaves the old state when the app died before the rename', async () => {
    await writeTwoGenerations();
    await writeFile(`${path}.tmp`, '{"version":1,"crc');
    const document = await open();
    expect(document.data).toEqual(SECOND);
    document.update(() => FIRST);
    await document.flush();
    expect((await open()).data).toEqual(FIRST);
    expect((await readdir(folder)).sort()).toEqual(['things.json', 'things.json.previous']);
    expect(damages).toEqual([]);
  });

  it('falls back to the previous generation when the file itself is missing', async () => {
    await writeTwoGenerations();
    await rm(path);
    expect((await open()).data).toEqual(FIRST);
  });

  it('says so in time, keeps the state, and succeeds once the obstacle is gone', async () => {
    const failures: AppError[] = [];
    const document = await open({ onWriteFailed: (error) => failures.push(error) });
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    document.update(() => FIRST);
    await expect(document.flush()).rejects.toMatchObject({ code: 'DATA_FILE_UNUSABLE' });
    expect(failures).toHaveLength(1);
    expect(document.data).toEqual(FIRST);
    await rm(folder);
    await document.flush();
    expect((await open()).data).toEqual(FIRST);
  });

  it('refuses to begin where the folder cannot be used', async () => {
    await writeFile(join(folder, 'blocked'), '');
    const opening = open({ path: join(folder, 'blocked', 'things.json') });
    await expect(opening).rejects.toBeInstanceOf(AppError);
    await expect(opening).rejects.toMatchObject({
      code: 'DATA_FILE_UNUSABLE',
      params: { name: 'things.json', reason: 'ENOTDIR' },
    });
  });
});

describe('migration', () => {
  const migrate = (data: unknown, from: number) => ({
    items: (data as { names: string[] }).names.map((name) => ({ name, bytes: from })),
  });

  it('turns data of an earlier version into data of this one', async () => {
    await writeFile(path, encodeDocument(1, { names: ['a'] }));
    expect((await open({ version: 3, migrate })).data).toEqual({
      items: [{ name: 'a', bytes: 1 }],
    });
    expect(damages).toEqual([]);
  });

  it('keeps a file it cannot make sense of', async () => {
    await writeFile(path, encodeDocument(1, { nothing: 'of use' }));
    expect((await open({ version: 3, migrate })).data).toEqual({ items: [] });
    expect(damages).toMatchObject([{ recovered: false }]);
  });
});
