import { describe, expect, it } from 'vitest';
import {
  activityOf,
  describeAvailability,
  describeDownload,
  percent,
} from '../../../src-shared/domain/describe.ts';
import {
  capabilities,
  type Download,
  type DownloadState,
  type FileProgressState,
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
    files: files.map((fileState, index) => ({
      path: `f${index}`,
      sizeBytes: 10,
      receivedBytes: 0,
      verifiedBytes: 0,
      state: fileState,
    })),
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
