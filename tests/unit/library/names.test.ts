import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  manifestFileName,
  modelFolderName,
  planLocalPaths,
  safeRelativePath,
  unescapeName,
} from '../../../src-main/library/names.ts';
import { AppError } from '../../../src-shared/errors.ts';

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return undefined;
}

describe('safeRelativePath', () => {
  it('leaves ordinary names as they are', () => {
    for (const name of ['model.gguf', 'a/b/c.json', '.hidden', 'ünï/çødé 模型.bin', 'a b']) {
      expect(safeRelativePath(name)).toBe(name);
    }
  });

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/../../x',
    'a/./b',
    'a//b',
    '/etc/passwd',
    'a/',
    '//host/share',
    '..\\x',
    'C:\\x',
    '\\\\host\\x',
    'C:/x',
    'c:',
    'a\0b',
    'a\ud800b',
  ])('refuses %j', (name) => {
    expect(codeOf(() => safeRelativePath(name))).toBe('FILE_NAME_UNSAFE');
  });

  it.each([
    ['a:b', 'a%3Ab'],
    ['C:x', 'C%3Ax'],
    ['what?.bin', 'what%3F.bin'],
    ['<a>|"b"*', '%3Ca%3E%7C%22b%22%2A'],
    ['100%', '100%25'],
    ['tab\there', 'tab%09here'],
    ['dots...', 'dots..%2E'],
    ['space /x', 'space%20/x'],
    ['... ', '...%20'],
    ['CON', '%43ON'],
    ['con.gguf', '%63on.gguf'],
    ['AUX .txt', '%41UX .txt'],
    ['dir/lpt1.tar.gz', 'dir/%6Cpt1.tar.gz'],
    ['COM¹.bin', '%43OM¹.bin'],
    ['CONIN$', '%43ONIN$'],
    ['console.json', 'console.json'],
    ['com10.bin', 'com10.bin'],
  ])('writes %j as %j', (name, escaped) => {
    expect(safeRelativePath(name)).toBe(escaped);
    expect(unescapeName(escaped)).toBe(name);
  });

  it('shortens a long segment, keeps its extension, and tells long names apart', () => {
    const [first, second] = ['a', 'b'].map((end) =>
      safeRelativePath(`${'模'.repeat(200)}${end}.gguf`),
    );
    expect(Buffer.byteLength(first ?? '')).toBeLessThanOrEqual(240);
    expect(first).toMatch(/^模+%~[0-9a-f]{16}\.gguf$/);
    expect(first).not.toBe(second);
    expect(unescapeName(first ?? '')).toBeNull();
  });

  it('cuts neither a character nor an escape in two', () => {
    const name = safeRelativePath(`${'😀:'.repeat(100)}.bin`);
    expect(name).toMatch(/^(😀|%3A)+%~[0-9a-f]{16}\.bin$/u);
  });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
const FORBIDDEN = /[\u0000-\u001f<>:"|?*\\]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i;

/** Names with what matters: dots, slashes, separators, reserved words, odd characters. */
const nastySegment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('.', ' ', ':', '%', '~', 'C', 'O', 'N', 'é', 'e\u0301'),
    maxLength: 12,
  }),
  fc.constantFrom(
    '..',
    '.',
    'CON',
    'nul.txt',
    'com1',
    '%43ON',
    '%~0123456789abcdef',
    'x'.repeat(300),
  ),
);
const nastyPath = fc.array(nastySegment, { minLength: 1, maxLength: 4 }).map((s) => s.join('/'));

/** The escaped path, or `undefined` when it is refused with the right code. */
function tryEscape(name: string): string | undefined {
  try {
    return safeRelativePath(name);
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_NAME_UNSAFE') return undefined;
    throw error;
  }
}

describe('any name from outside', () => {
  it('stays inside the folder on every system, or is refused', () => {
    fc.assert(
      fc.property(nastyPath, (name) => {
        const local = tryEscape(name);
        if (local === undefined) return;
        expect(path.win32.resolve('C:\\library\\m', local)).toMatch(/^C:\\library\\m\\./);
        expect(path.posix.resolve('/library/m', local)).toMatch(/^\/library\/m\/./);
        for (const segment of local.split('/')) {
          expect(segment).not.toMatch(FORBIDDEN);
          expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(240);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back unless it had to be shortened', () => {
    fc.assert(
      fc.property(nastyPath, (name) => {
        const local = tryEscape(name);
        if (local === undefined) return;
        const isShortened = local.includes('%~');
        expect(unescapeName(local)).toBe(isShortened ? null : name);
      }),
      { numRuns: 2000 },
    );
  });

  it('never shares its place with another', () => {
    fc.assert(
      fc.property(nastyPath, nastyPath, (a, b) => {
        const [localA, localB] = [tryEscape(a), tryEscape(b)];
        if (localA !== undefined && localA === localB) expect(a).toBe(b);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('planLocalPaths', () => {
  const plan = (...paths: string[]) => planLocalPaths(paths.map((name) => ({ path: name })));

  it('keeps names that do not collide', () => {
    expect([...plan('b.bin', 'a/b.bin')]).toEqual([
      ['a/b.bin', 'a/b.bin'],
      ['b.bin', 'b.bin'],
    ]);
  });

  it.each([
    ['letter case', 'Model.bin', 'model.bin'],
    ['Unicode form', 'caf\u00e9.bin', 'cafe\u0301.bin'],
    ['letter case of a folder', 'A/x.bin', 'a/x.bin'],
    ['long s and s', 'ma\u017f.bin', 'mas.bin'],
  ])('gives one of two names that differ by %s a suffix', (_, one, other) => {
    const planned = plan(one, other);
    const locals = [...planned.values()];
    expect(locals.filter((local) => local.includes('%~'))).toHaveLength(1);
    expect(locals.every((local) => local.endsWith('.bin'))).toBe(true);
    expect([...planned]).toEqual([...plan(other, one)]);
  });

  it('refuses a file where another file needs a folder', () => {
    expect(codeOf(() => plan('data', 'Data/model.bin'))).toBe('FILE_NAME_COLLISION');
  });

  it('refuses the whole plan for one unsafe name', () => {
    expect(codeOf(() => plan('ok.bin', '../evil.bin'))).toBe('FILE_NAME_UNSAFE');
  });

  it('gives different places to all files on a system that ignores case, in any order', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'A', 'é', 'e\u0301', 'É', 'ß', 's', 'S'),
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const forward = plan(...names);
        const folded = [...forward.values()].map((l) => l.normalize('NFC').toLowerCase());
        expect(new Set(folded).size).toBe(names.length);
        expect(plan(...names.toReversed())).toEqual(forward);
      }),
    );
  });
});

const folderOf = (repository: string) => modelFolderName({ source: 'hf', repository });

describe('names of folders and manifests', () => {
  it('puts a model in publisher and repository', () => {
    expect(folderOf('org/Model-7B-GGUF')).toBe('org/Model-7B-GGUF');
    expect(modelFolderName({ source: 'civitai', repository: '102' })).toBe('civitai/102');
    const address = 'https://files.example:8080/a/b/c.gguf';
    const found = modelFolderName({ source: 'url', repository: address });
    expect(found).toBe('files.example%3A8080/a/b');
    expect(folderOf('con/nul.x')).toBe('%63on/%6Eul.x');
  });

  it('refuses a repository that would climb', () => {
    expect(codeOf(() => folderOf('../x'))).toBe('FILE_NAME_UNSAFE');
  });

  it('makes one file name out of a model id', () => {
    expect(manifestFileName('hf:org/name:Q4_K_M')).toBe('hf%3Aorg%2Fname%3AQ4_K_M.json');
    expect(manifestFileName('hf:org/name:a\\..\\b*')).toBe('hf%3Aorg%2Fname%3Aa%5C..%5Cb%2A.json');
  });

  it('keeps the name of a manifest short and of one segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }), (id) => {
        const name = manifestFileName(id);
        expect(name).not.toMatch(/[\\/]/);
        expect(name.endsWith('.json')).toBe(true);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
      }),
    );
  });
});
