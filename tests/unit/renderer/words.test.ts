import { describe, expect, it } from 'vitest';
import { accessWords } from '../../../src-renderer/format/access-words.ts';
import { parseDecimal } from '../../../src-renderer/format/decimal.ts';
import { toLocalInput } from '../../../src-renderer/format/local-time.ts';
import {
  describePreview,
  describePreviewFile,
} from '../../../src-renderer/format/preview-words.ts';
import { describeSpeedNow } from '../../../src-renderer/format/schedule-words.ts';
import { speedAt } from '../../../src-shared/domain/speed-schedule.ts';
import { aPreview, GB } from './support/builders.ts';

describe('what a download would do', () => {
  it('counts files, what is here, and whether it fits', () => {
    expect(describePreview(aPreview())).toBe('3 files, 4.10 GB; 1.20 GB already here; fits');
  });

  it('says how much is lacking', () => {
    const preview = aPreview({ fits: false, freeBytes: GB, toFetchBytes: 4.1 * GB });
    expect(describePreview(preview)).toBe(
      '3 files, 4.10 GB; does not fit: 4.10 GB to fetch, 1.00 GB free',
    );
  });

  it('says when nothing has to be fetched', () => {
    expect(describePreview(aPreview({ toFetchBytes: 0 }))).toContain('all of it is here already');
  });

  it('tells what is left of a file that is partly here', () => {
    const file = { path: 'a', sizeBytes: 2 * GB, presentBytes: 0.5 * GB, here: 'partial' } as const;
    expect(describePreviewFile(file)).toBe('partly here, 1.50 GB to be fetched');
  });
});

describe('what the schedule comes to', () => {
  /** A Monday at noon, in the time zone of the computer. */
  const noon = new Date(2026, 0, 12, 12).getTime();
  const words = (bytesPerSecond: number | null, limit = 0) => {
    const window = { days: [1], from: '09:00', to: '17:00', bytesPerSecond };
    return describeSpeedNow(speedAt([window], limit, noon), noon);
  };

  it.each([
    [0, 'paused by the weekly schedule until 17:00'],
    [2_000_000, 'at most 2 MB/s by the weekly schedule until 17:00'],
    [null, 'no speed limit by the weekly schedule until 17:00'],
  ])('with %s in the window: %s', (bytesPerSecond, sentence) => {
    expect(words(bytesPerSecond, 5_000_000)).toBe(sentence);
  });

  it('is the usual limit without a window', () => {
    expect(describeSpeedNow(speedAt([], 1_500_000, noon), noon)).toBe('at most 1.5 MB/s');
    expect(describeSpeedNow(speedAt([], 0, noon), noon)).toBe('no speed limit');
  });
});

describe('what is lacking to download', () => {
  it('is a grant of the author at Hugging Face', () => {
    const { sentences } = accessWords({ ref: 'hf:org/name', access: 'needs-grant' });
    expect(sentences).toContain('has not been granted access yet');
  });

  it.each([
    ['2026-01-31', 'In early access until 31 January 2026', /^Until then it has to be bought/],
    [undefined, 'In early access', /^Until that ends it has to be bought/],
  ])('is money or time in early access until %s', (earlyAccessUntil, title, sentences) => {
    const words = accessWords({ ref: 'civitai:301', access: 'early-access', earlyAccessUntil });
    expect(words).toMatchObject({ title, takesToken: false });
    expect(words.sentences).toMatch(sentences);
  });

  it.each(['needs-token', 'needs-grant'] as const)('of Civitai with %s is said of it', (access) => {
    const words = accessWords({ ref: 'civitai:201', access });
    expect(words.sentences).toContain('Civitai');
    expect(words.sentences).not.toContain('Your token is known');
    expect(words.takesToken).toBe(false);
  });
});

describe('parseDecimal', () => {
  it.each([
    ['0.5', 0.5],
    ['0,5', 0.5],
    [' 12 ', 12],
    [',5', 0.5],
    ['2 mb/s', 2],
    ['1,000.5', null],
    ['1 2', null],
    ['5 GB', null],
    ['', null],
  ])('of “%s” is %s', (text, expected) => {
    expect(parseDecimal(text, 'MB/s')).toBe(expected);
  });
});

describe('toLocalInput', () => {
  it('is what a field for a moment takes', () => {
    expect(toLocalInput(new Date(2026, 0, 5, 7, 3))).toBe('2026-01-05T07:03');
  });
});
