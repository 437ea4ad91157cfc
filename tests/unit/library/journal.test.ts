import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PieceMap, pieceLength } from '../../../src-main/engines/download/pieces.ts';
import type { FileIdentity } from '../../../src-main/engines/ports.ts';
import {
  applyRecord,
  createJournalState,
  encodeJournal,
  encodeRecords,
  type JournalRecord,
  type JournalState,
  parseJournal,
  sameIdentity,
} from '../../../src-main/library/journal.ts';

const PIECE_BYTES = 64;
const PIECES = 6;
const identity: FileIdentity = {
  endpoint: 'https://hub.example',
  repository: 'maker/mödel',
  revision: 'a'.repeat(40),
  path: 'weights.gguf',
  sizeBytes: PIECE_BYTES * PIECES - 10,
  digest: `sha256:${'b'.repeat(64)}`,
};
const empty = () => createJournalState(identity, PIECE_BYTES);
const HEAD = encodeJournal(empty());
const SHA256 = 'c'.repeat(64);

const piece = fc.integer({ min: 0, max: PIECES - 1 });
const entry = piece.chain((number) =>
  fc.tuple(
    fc.constant(number),
    fc.integer({ min: 1, max: pieceLength(empty().latest, number) }),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  ),
);
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ p: fc.array(entry, { minLength: 1, maxLength: 3 }) }) },
  fc.record({ p: fc.array(entry, { minLength: 1, maxLength: 2 }), d: fc.constant(1 as const) }),
  { weight: 3, arbitrary: fc.constant({ synced: true as const }) },
  fc.record({ forget: fc.array(piece, { minLength: 1 }), why: fc.constant('disk' as const) }),
  fc.constant({ verified: SHA256 }),
);
const journal = fc.array(record, { minLength: 1, maxLength: 12 });

const facts = (map: PieceMap) => [[...map.filled], [...map.crc32]];
const plain = ({ latest, safe, doubtful, verifiedSha256 }: JournalState) => ({
  latest: facts(latest),
  safe: facts(safe),
  doubtful: [...doubtful].sort(),
  verifiedSha256,
});

/** What each whole beginning of a journal says: the only things a damaged one may say. */
function beginningsOf(records: readonly JournalRecord[]) {
  const state = empty();
  const said = [plain(state)];
  for (const next of records) {
    applyRecord(state, next);
    said.push(plain(state));
  }
  return said;
}

describe('a journal', () => {
  it('says what was written to it', () => {
    fc.assert(
      fc.property(journal, (records) => {
        const read = parseJournal(HEAD + encodeRecords(records));
        expect(read?.isIntact).toBe(true);
        expect(sameIdentity(read!.state.identity, identity)).toBe(true);
        expect(plain(read!.state)).toEqual(beginningsOf(records).at(-1));
      }),
    );
  });

  it('criterion 2: cut at any byte, says what it said at an earlier record', () => {
    fc.assert(
      fc.property(journal, fc.nat(), (records, seed) => {
        const whole = Buffer.from(HEAD + encodeRecords(records));
        const length = seed % whole.length;
        const read = parseJournal(whole.subarray(0, length).toString());
        if (length < Buffer.byteLength(HEAD)) expect(read).toBeNull();
        else expect(beginningsOf(records)).toContainEqual(plain(read!.state));
      }),
      { numRuns: 500 },
    );
  });

  it('criterion 2: zeroed from any byte on, says no more and knows that it is torn', () => {
    fc.assert(
      fc.property(journal, fc.nat(), (records, seed) => {
        const torn = Buffer.from(HEAD + encodeRecords(records));
        torn.fill(0, seed % torn.length);
        const read = parseJournal(torn.toString());
        expect(read?.isIntact ?? false).toBe(false);
        if (read) expect(beginningsOf(records)).toContainEqual(plain(read.state));
      }),
      { numRuns: 500 },
    );
  });

  it('criterion 2: with any byte changed, says what it said before that record', () => {
    fc.assert(
      fc.property(journal, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, seed, flip) => {
        const torn = Buffer.from(HEAD + encodeRecords(records));
        const at = seed % torn.length;
        torn[at] = torn[at]! ^ flip;
        const read = parseJournal(torn.toString());
        if (read) expect(beginningsOf(records)).toContainEqual(plain(read.state));
        expect(read?.isIntact ?? false).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('written anew says the same in fewer words', () => {
    fc.assert(
      fc.property(journal, (records) => {
        const { state } = parseJournal(HEAD + encodeRecords(records))!;
        const again = parseJournal(encodeJournal(state));
        expect(again?.isIntact).toBe(true);
        expect(plain(again!.state)).toEqual(plain(state));
      }),
    );
  });

  it('promises nothing of what came after the last mark', () => {
    const text = encodeRecords([{ p: [[0, 10, 1]] }, { synced: true }, { p: [[0, 20, 2]] }]);
    const { safe, latest } = parseJournal(HEAD + text)!.state;
    expect([safe.filled[0], latest.filled[0]]).toEqual([10, 20]);
  });

  it('takes its proof back once bytes change', () => {
    const proven = { verified: SHA256 };
    for (const change of [{ p: [[0, 1, 1]] }, { forget: [0], why: 'disk' }] as JournalRecord[]) {
      const read = parseJournal(HEAD + encodeRecords([proven, change]));
      expect(read?.state.verifiedSha256).toBeUndefined();
    }
  });

  it('is not read beyond a record that cannot be of its file', () => {
    const wrong = { p: [[PIECES, 1, 1]] } satisfies JournalRecord;
    const tooFull = { p: [[0, PIECE_BYTES + 1, 1]] } satisfies JournalRecord;
    for (const impossible of [wrong, tooFull]) {
      const read = parseJournal(HEAD + encodeRecords([impossible, { p: [[0, 5, 5]] }]));
      expect(read?.isIntact).toBe(false);
      expect(read?.state.latest.filled[0]).toBe(0);
    }
  });
});
