import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canHoldCode, scanForCode } from '../../../../src-main/formats/safety/scan.ts';
import { memorySource } from '../../../support/formats/sources.ts';
import { buildStoredZip } from '../../../support/formats/stored-zip.ts';
import { calling, op, pickle, stateDictionary } from '../../../support/pickles/pickle-writer.ts';

const scan = (bytes: Uint8Array) => scanForCode(memorySource(bytes));
const verdict = (bytes: Uint8Array) => scan(bytes).verdict;
const SAFE = stateDictionary('layer.weight', 'layer.bias');
const BAD = calling('os', 'system');
const torch = (data: Uint8Array) =>
  buildStoredZip({
    files: {
      'archive/data.pkl': data,
      'archive/data/0': Buffer.alloc(16),
      'archive/version': Buffer.from('3\n'),
    },
  }).bytes;

describe('what checkpoints are made of', () => {
  it('is safe: tensors in a dictionary, as a pickle and as an archive', () => {
    expect(scan(SAFE)).toMatchObject({ verdict: 'safe', imports: [] });
    expect(verdict(torch(SAFE))).toBe('safe');
  });

  it('is safe in the layout torch wrote before: four pickles, then numbers', () => {
    const magic = pickle(op.proto(2), Buffer.of(0x8a, 10), Buffer.alloc(10, 1), op.stop);
    const small = pickle(op.proto(2), op.emptyDict, op.stop);
    const numbers = Buffer.alloc(1000, 0x3f);
    expect(verdict(Buffer.concat([magic, small, small, SAFE, numbers]))).toBe('safe');
  });

  it('is safe as plain numbers under the name of a checkpoint', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 4_096 }), (numbers) => {
        const isPickle =
          numbers[0] === 0x80 ||
          [0x28, 0x63, 0x5d, 0x7d, 0x49, 0x53, 0x50].includes(numbers[0] ?? 0);
        if (!isPickle) expect(verdict(numbers)).toBe('safe');
      }),
    );
  });

  it('holds no code in formats that cannot', () => {
    const gguf = Buffer.from('GGUF\x03\0\0\0');
    expect(canHoldCode('model.gguf', memorySource(gguf))).toBe(false);
    expect(canHoldCode('model.bin', memorySource(SAFE))).toBe(true);
    expect(canHoldCode('renamed.gguf', memorySource(BAD))).toBe(true);
  });
});

describe('a pickle that would run something', () => {
  const shell = [op.text('os'), op.text('system')];
  const cases: Readonly<Record<string, Uint8Array>> = {
    'by GLOBAL': BAD,
    'by INST': pickle(op.mark, op.text('true'), op.inst('os', 'system'), op.stop),
    'by OBJ': pickle(
      op.proto(),
      op.mark,
      op.global('os', 'system'),
      op.text('true'),
      op.obj,
      op.stop,
    ),
    'by STACK_GLOBAL': pickle(op.proto(), ...shell, op.stackGlobal, op.stop),
    'by STACK_GLOBAL through MEMOIZE': pickle(
      op.proto(),
      op.text('os'),
      op.memoize,
      op.pop,
      op.text('system'),
      op.memoize,
      op.pop,
      op.get(0),
      op.get(1),
      op.stackGlobal,
      op.stop,
    ),
    'by STACK_GLOBAL through BINPUT': pickle(
      op.proto(),
      op.text('posix'),
      op.put(7),
      op.pop,
      op.get(7),
      op.text('system'),
      op.stackGlobal,
      op.stop,
    ),
    'by names that cannot be followed': pickle(
      op.proto(),
      op.global('collections', 'OrderedDict'),
      op.emptyTuple,
      op.reduce,
      op.text('system'),
      op.stackGlobal,
      op.stop,
    ),
    'by an extension code': pickle(op.proto(), op.extension(7), op.emptyTuple, op.reduce, op.stop),
    'by calling what a call returned': pickle(
      op.proto(),
      op.global('collections', 'OrderedDict'),
      op.emptyTuple,
      op.reduce,
      op.emptyTuple,
      op.reduce,
      op.stop,
    ),
    'by getattr': calling('builtins', 'getattr'),
    'by a dotted name': pickle(
      op.proto(),
      op.text('collections'),
      op.text('abc.sys.modules'),
      op.stackGlobal,
      op.stop,
    ),
    'after a harmless one': Buffer.concat([SAFE, BAD]),
    'in a string that is a pickle': pickle(op.proto(), op.bytes(BAD), op.stop),
    'in an archive': torch(BAD),
    'in an archive, under another name': buildStoredZip({ files: { 'a/weights': BAD } }).bytes,
    'that breaks off afterwards': BAD.subarray(0, -2),
    'behind an operation no pickler begins with': pickle(op.none, op.pop, BAD.subarray(2)),
    'in protocol 0': pickle("cos\nsystem\n(S'true'\ntR."),
  };

  it.each(Object.entries(cases))('%s is unsafe', (_, bytes) => {
    expect(scan(bytes)).toMatchObject({ verdict: 'unsafe' });
  });

  it('is named in the sentence, the dangerous before what is only unknown', () => {
    const both = Buffer.concat([calling('some.package', 'Thing'), BAD]);
    const { imports, sentence } = scan(both);
    expect(imports.map(({ grade }) => grade)).toEqual(['dangerous', 'suspicious']);
    expect(sentence).toBe(
      'Loading it would run code: it imports “os.system”, “some.package.Thing”.',
    );
  });

  it('stays unsafe wherever it is cut after the import', () => {
    const from = BAD.indexOf('system\n') + 'system\n'.length;
    for (let end = from; end <= BAD.length; end += 1) {
      expect(verdict(BAD.subarray(0, end))).toBe('unsafe');
    }
  });
});

describe('what cannot be read', () => {
  it('is not called safe: cut, without an end, encrypted, of an unknown operation', () => {
    expect(verdict(SAFE.subarray(0, -1))).toBe('unreadable');
    expect(verdict(pickle(op.proto(), Buffer.of(0xff), op.stop))).toBe('unreadable');
    const archive = Buffer.from(torch(SAFE));
    expect(verdict(archive.subarray(0, -30))).toBe('unreadable');
    const entry = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive[entry + 8] = 1;
    expect(verdict(archive)).toBe('unreadable');
  });

  it('is not called safe when a member has two names', () => {
    const archive = Buffer.from(torch(SAFE));
    archive.write('X', archive.indexOf('archive/data.pkl'));
    expect(verdict(archive)).toBe('unreadable');
  });

  it('is a bomb: a member that unpacks to more than it says', () => {
    const bomb = deflateRawSync(Buffer.alloc(20 * 2 ** 20));
    const archive = Buffer.from(buildStoredZip({ files: { 'a/data.pkl': bomb } }).bytes);
    const entry = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive.writeUInt16LE(8, entry + 10);
    archive.writeUInt16LE(8, 8);
    archive.writeUInt32LE(1000, entry + 24);
    expect(verdict(archive)).toBe('unreadable');
  });
});

describe('what follows a pickle', () => {
  const text = Buffer.from("cos\nsystem\n(S'true'\ntR.", 'latin1');
  const harmless = pickle(op.proto(), op.none, op.stop);

  it('is loaded by programs that load the next one, whether it says that it begins or not', () => {
    expect(verdict(Buffer.concat([harmless, text]))).toBe('unsafe');
    expect(verdict(Buffer.concat([harmless, harmless, harmless, text]))).toBe('unsafe');
  });

  it('is found behind one that ends at once', () => {
    expect(verdict(Buffer.concat([Buffer.from([0x80, 4, 0x2e]), text]))).toBe('unsafe');
  });

  it.each([
    ['spelled with escapes', "(S'o\\x73'\nS'sys\\x74em'\n\x93)R."],
    ['made of texts', 'X\x02\x00\x00\x00osX\x06\x00\x00\x00system\x93)R.'],
    [
      'taken from the memo',
      'X\x02\x00\x00\x00osq\x000X\x06\x00\x00\x00systemq\x010h\x00h\x01\x93)R.',
    ],
  ])('counts when its import is %s', (_name, code) => {
    expect(verdict(Buffer.concat([harmless, Buffer.from(code, 'latin1')]))).toBe('unsafe');
  });

  it.each([128, 384, 640, 896, 1_152])('a count of %i numbers is none', (count) => {
    const length = Buffer.alloc(8);
    length.writeBigInt64LE(BigInt(count));
    const numbers = Buffer.from(new Float32Array(count).fill(0.1).buffer);
    expect(verdict(Buffer.concat([harmless, length, numbers]))).toBe('safe');
  });

  it('is numbers most often, and no alarm is raised', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (numbers) => {
        expect(verdict(Buffer.concat([harmless, Buffer.from(numbers)]))).toBe('safe');
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('any input', () => {
  it('gives a report', () => {
    const any = fc.uint8Array({ maxLength: 300 });
    const begun = any.map((bytes) => Buffer.concat([op.proto(), bytes]));
    fc.assert(
      fc.property(fc.oneof(any, begun), (bytes) => {
        expect(['safe', 'unsafe', 'unreadable']).toContain(verdict(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it('with one damaged byte never turns from unsafe to safe while the import is still there', () => {
    const turned: string[] = [];
    for (let place = 1; place < BAD.length; place += 1) {
      for (let value = 0; value < 256; value += 1) {
        const damaged = Buffer.from(BAD);
        damaged[place] = value;
        const isThere = damaged.includes('cos\nsystem\n');
        if (isThere && verdict(damaged) === 'safe') turned.push(`${place} ${value}`);
      }
    }
    expect(turned).toEqual([]);
  });
});
