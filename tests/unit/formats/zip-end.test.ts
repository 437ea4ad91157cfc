import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkZipEnd } from '../../../src-main/formats/zip-end.ts';
import { countingSource, memorySource } from '../../support/formats/sources.ts';
import { buildStoredZip } from '../../support/formats/stored-zip.ts';

const check = (bytes: Uint8Array) => checkZipEnd(memorySource(bytes));
const files = {
  'archive/data.pkl': Uint8Array.from({ length: 50 }, (_, index) => index),
  'archive/data/0': new Uint8Array(1000).fill(7),
};
const plan = fc.record({
  files: fc.dictionary(fc.stringMatching(/^[a-z/]{1,10}$/), fc.uint8Array({ maxLength: 100 }), {
    minKeys: 1,
    maxKeys: 5,
  }),
  comment: fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 30 }),
  isLarge: fc.boolean(),
});

describe('the end of a zip archive', () => {
  it('is found in every archive in order', () => {
    fc.assert(
      fc.property(plan, (drawn) => {
        expect(check(buildStoredZip(drawn).bytes)).toBeUndefined();
      }),
    );
  });

  it('is missed wherever the archive was cut', () => {
    fc.assert(
      fc.property(plan, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, share) => {
        const { bytes } = buildStoredZip(drawn);
        const end = Math.floor(share * (bytes.length - 1));
        expect(check(bytes.subarray(0, end))?.kind).toBe('truncated');
      }),
    );
  });

  it('is found in an archive of nothing', () => {
    expect(check(buildStoredZip({ files: {} }).bytes)).toBeUndefined();
  });

  it('is followed by nothing', () => {
    const { bytes } = buildStoredZip({ files });
    expect(check(Buffer.concat([bytes, Buffer.from('more')]))).toMatchObject({
      kind: 'oversized',
      expected: bytes.length,
    });
  });

  it('tells when bytes are missing in the middle', () => {
    const { bytes } = buildStoredZip({ files });
    const short = Buffer.concat([bytes.subarray(0, 100), bytes.subarray(200)]);
    expect(check(short)).toMatchObject({
      kind: 'malformed',
      sentence: 'The table of contents of the archive is not where its end tells.',
    });
  });

  it('tells when there is no table where it should be', () => {
    const { bytes, marks } = buildStoredZip({ files });
    const [place = 0] = [...marks].find(([, what]) => what.startsWith('entry')) ?? [];
    bytes.fill(0, place, place + 4);
    expect(check(bytes)?.kind).toBe('malformed');
  });

  it('is looked for in the last 64 KiB only', () => {
    const { bytes } = buildStoredZip({ files: { big: new Uint8Array(500_000) } });
    const source = countingSource(memorySource(bytes));
    expect(checkZipEnd(source)).toBeUndefined();
    expect(source.requestedBytes).toBeLessThan(66_000);
    expect(source.outside).toBe(0);
  });
});
