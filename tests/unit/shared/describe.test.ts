import { describe, expect, it } from 'vitest';
import {
  activityOf,
  describeAvailability,
  describeBottleneck,
  describeDownload,
  describeEta,
  describeExcluded,
  describeHold,
  percent,
} from '../../../src-shared/domain/describe.ts';
import {
  type Bottleneck,
  capabilities,
  type Download,
  type DownloadState,
  type EtaConfidence,
  type FileProgressState,
  type Hold,
} from '../../../src-shared/domain/download.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';

const now = Date.parse('2025-01-06T09:00:00.000Z');
const error = toErrorReport(new AppError('TRANSFER_CUT', { path: 'a' }));
const later = (ms: number) => new Date(now + ms).toISOString();

function download(
  state: DownloadState,
  more: Partial<Download> = {},
  ...files: FileProgressState[]
): Download {
  return {
    id: 'd1',
    modelId: 'hf:org/name',
    name: 'name',
    state,
    priority: 0,
    position: 0,
    sizeBytes: 1000,
    receivedBytes: 0,
    verifiedBytes: 0,
    bytesPerSecond: 0,
    etaMs: null,
    etaConfidence: more.etaMs === undefined || more.etaMs === null ? null : 'high',
    connections: 0,
    limitBytesPerSecond: null,
    startAt: null,
    hold: null,
    bottleneck: null,
    files: files.map((fileState, index) => ({
      path: `f${index}`,
      sizeBytes: 10,
      receivedBytes: 0,
      verifiedBytes: 0,
      state: fileState,
      connections: 0,
      route: null,
      pieces: '',
    })),
    movesFrom: null,
    queuedAt: later(0),
    can: capabilities(state),
    ...more,
  };
}

const running: DownloadState = { kind: 'running' };
const waiting: FileProgressState = { kind: 'waiting' };
const downloading: FileProgressState = { kind: 'downloading' };
const verifying: FileProgressState = { kind: 'verifying' };
const verified: FileProgressState = { kind: 'verified' };
const retrying = (inMs: number, attempt = 2): FileProgressState => ({
  kind: 'retrying',
  at: later(inMs),
  attempt,
  of: 3,
  error,
});

describe('activityOf', () => {
  it.each<[string, DownloadState, FileProgressState[]]>([
    ['queued', { kind: 'queued' }, []],
    ['paused', { kind: 'paused' }, [downloading]],
    ['failed', { kind: 'failed', error }, []],
    ['waiting-retry', { kind: 'waiting-space', error }, []],
    ['idle', { kind: 'done', finishedAt: later(0) }, []],
    ['downloading', running, []],
    ['downloading', running, [waiting, waiting]],
    ['downloading', running, [downloading, retrying(1), verifying]],
    ['waiting-retry', running, [retrying(1), waiting, verifying]],
    ['verifying', running, [verifying, waiting]],
    ['verifying', running, [verifying, verified]],
    ['verifying', running, [verified, verified]],
    ['downloading', running, [verified, waiting]],
  ])('is %s for %j with %j', (activity, state, files) => {
    expect(activityOf(download(state, {}, ...files))).toBe(activity);
  });
});

describe('describeDownload', () => {
  it.each<[string, Download]>([
    ['queued', download({ kind: 'queued' })],
    ['waiting for its turn', download({ kind: 'queued' }, { receivedBytes: 5 })],
    ['waits for the network', download({ kind: 'queued' }, { hold: { kind: 'offline' } })],
    ['paused', download({ kind: 'paused' })],
    ['Connection lost', download({ kind: 'failed', error })],
    [
      'needs space, goes on by itself when there is room',
      download({ kind: 'waiting-space', error }),
    ],
    ['finished', download({ kind: 'done', finishedAt: later(0) })],
    ['connecting', download(running, {}, downloading)],
    ['12.3 MB/s', download(running, { bytesPerSecond: 12_300_000 }, downloading)],
    [
      '12.3 MB/s, 4 min left',
      download(running, { bytesPerSecond: 12_300_000, etaMs: 240_000 }, downloading),
    ],
    ['verifying, 62 %', download(running, { verifiedBytes: 629 }, verifying)],
    ['retrying in 8 s (2 of 3)', download(running, {}, retrying(20_000, 3), retrying(8_000))],
    ['retrying in 0 s (2 of 3)', download(running, {}, retrying(-5_000))],
  ])('says "%s"', (sentence, subject) => {
    expect(describeDownload(subject, now)).toBe(sentence);
  });
});

/** In the time zone of the computer, as settings mean it. */
const local = (day: number, hours: number) => new Date(2025, 0, day, hours).toISOString();

describe('describeHold', () => {
  it.each<[Hold, string]>([
    [{ kind: 'start-at', at: local(6, 22) }, 'waits until 22:00'],
    [{ kind: 'start-at', at: local(7, 7) }, 'waits until tomorrow 07:00'],
    [{ kind: 'start-at', at: local(20, 7) }, 'waits until 20 January 07:00'],
    [{ kind: 'offline' }, 'waits for the network'],
    [{ kind: 'asleep' }, 'waits for the computer to wake up'],
    [{ kind: 'on-battery' }, 'waits for mains power'],
    [{ kind: 'metered' }, 'waits: this connection is metered'],
    [{ kind: 'schedule', until: null }, 'paused by the weekly schedule'],
    [{ kind: 'schedule', until: local(10, 7) }, 'paused by the weekly schedule until Friday 07:00'],
  ])('says of %j: %s', (hold, sentence) => {
    expect(describeHold(hold, new Date(2025, 0, 6, 9).getTime())).toBe(sentence);
  });
});

describe('describeBottleneck', () => {
  const around = { limitBytesPerSecond: 2_000_000, othersRunning: 2 };

  it.each<[Bottleneck | null, string | null]>([
    [null, null],
    ['own-limit', 'Held at 1.5 MB/s by its own speed limit'],
    ['global-limit', 'Held at 2 MB/s by the speed limit in settings'],
    ['schedule-limit', 'Held at 2 MB/s by the weekly schedule'],
    ['shared-line', 'Shared with 2 other downloads'],
    ['source', 'Your line or the server; more connections brought no more'],
    ['one-connection', 'This server allows only one connection'],
    ['errors', 'The connection breaks often'],
    ['proof', null],
  ])('says what sets the pace with %s: %s', (bottleneck, sentence) => {
    const facts = { bottleneck, limitBytesPerSecond: 1_500_000 };
    expect(describeBottleneck(facts, around)).toBe(sentence);
  });

  it('says nothing of a number it does not know', () => {
    const unknown = { limitBytesPerSecond: null, othersRunning: 0 };
    const words = (bottleneck: Bottleneck) =>
      describeBottleneck({ bottleneck, limitBytesPerSecond: null }, unknown);
    expect(words('global-limit')).toBe('Held by the speed limit in settings');
    expect(words('shared-line')).toBe('Shared with other downloads');
  });
});

describe('describeEta', () => {
  it.each<[EtaConfidence | null, number, string]>([
    ['high', 245_000, '4 min 5 s left'],
    [null, 240_000, '4 min left'],
    ['medium', 245_000, 'about 5 min left'],
    ['medium', 240_000, 'about 4 min left'],
    ['low', 350_000, 'roughly 4–10 min left'],
    ['low', 1_000, 'roughly 5 s left'],
    ['low', 30_000, 'roughly 20–55 s left'],
    ['low', 4 * 3_600_000, 'roughly 2–7 h left'],
  ])('with confidence %s in %d ms: %s', (confidence, etaMs, words) => {
    expect(describeEta(etaMs, confidence)).toBe(words);
  });
});

describe('describeExcluded', () => {
  const file = (kind: 'excluded' | 'waiting') => ({ sizeBytes: 1_200_000_000, state: { kind } });

  it('counts what is left out', () => {
    expect(describeExcluded([file('waiting')])).toBeNull();
    expect(describeExcluded([file('waiting'), file('excluded')])).toBe('1 file left out (1.20 GB)');
    expect(describeExcluded([file('excluded'), file('excluded')])).toBe(
      '2 files left out (2.40 GB)',
    );
  });
});

describe('percent', () => {
  it.each([
    [0, 10, 0],
    [5, 10, 50],
    [999, 1000, 99],
    [9_999_999, 10_000_000, 99],
    [10, 10, 100],
    [11, 10, 100],
    [0, 0, 100],
  ])('of %d in %d is %d', (part, whole, expected) => {
    expect(percent(part, whole)).toBe(expected);
  });
});

describe('describeAvailability', () => {
  const facts = {
    sizeBytes: 4_700_000_000,
    missingFiles: ['a', 'b', 'c', 'd', 'e'],
    missingBytes: 1000,
  };

  it.each([
    ['available', 'Ready to use.'],
    ['partial', '5 files are missing (1.00 kB): a, b, c and 2 more.'],
    ['missing', 'Not downloaded (4.70 GB).'],
    ['corrupted', '5 files are damaged: a, b, c and 2 more.'],
    ['quarantined', 'Set aside as unsafe.'],
  ] as const)('of a model that is %s: %s', (availability, sentence) => {
    expect(describeAvailability({ ...facts, availability })).toBe(sentence);
  });

  it('speaks of one file in the singular', () => {
    expect(describeAvailability({ ...facts, availability: 'partial', missingFiles: ['a'] })).toBe(
      '1 file is missing (1.00 kB): a.',
    );
  });
});
