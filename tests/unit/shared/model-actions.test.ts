import { describe, expect, it } from 'vitest';
import { capabilities, type DownloadState } from '../../../src-shared/domain/download.ts';
import { actionsOf } from '../../../src-shared/domain/model-actions.ts';
import { aDownload } from '../renderer/support/builders.ts';

const during = (state: DownloadState) => aDownload({ state, can: capabilities(state) });

describe('what can be done with a model', () => {
  it('at rest follows from what is on disk', () => {
    expect(actionsOf('available', undefined)).toEqual(['check', 'move', 'remove']);
    expect(actionsOf('partial', undefined)[0]).toBe('download');
    expect(actionsOf('corrupted', undefined)[0]).toBe('repair');
    expect(actionsOf('quarantined', undefined)[0]).toBe('release');
  });

  it('on a drive that is away is nothing', () => {
    expect(actionsOf('offline', undefined)).toEqual([]);
  });

  it('while it is downloaded is what the download can do', () => {
    expect(actionsOf('missing', during({ kind: 'running' }))).toEqual([
      'pause',
      'cancel',
      'remove',
    ]);
    expect(actionsOf('missing', during({ kind: 'paused' }))).toEqual([
      'resume',
      'cancel',
      'remove',
    ]);
  });

  it('after its download is what is on disk again', () => {
    const done = during({ kind: 'done', finishedAt: '2026-01-01T00:00:00.000Z' });
    expect(actionsOf('available', done)).toEqual(['check', 'move', 'remove']);
  });
});
