import { expect, it } from 'vitest';
import { measureSpeed } from '../../../src-main/app/wiring/measured-speed.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { aDownload } from '../renderer/support/builders.ts';
import { createManualClock } from '../transports/manual-clock.ts';

function rig(before: number | null = null) {
  const { clock } = createManualClock();
  const bus = createEventBus({ clock, log: { info: () => {}, warn: () => {}, error: () => {} } });
  let known = before;
  measureSpeed(bus, {
    get: () => known,
    set: (speed) => {
      known = speed;
    },
  });
  const moves = (changes: Partial<Download>) =>
    bus.publish('download.progress', { download: aDownload(changes) });
  const ends = (changes: Partial<Download> = {}) => {
    const download = aDownload({
      state: { kind: 'done', finishedAt: '2026-01-01T00:00:00.000Z' },
      ...changes,
    });
    const { id: downloadId, modelId } = download;
    bus.publish('download.state', { downloadId, modelId, download });
  };
  return { moves, ends, known: () => known };
}

it('the best speed of a download counts, tempered by those before', () => {
  const { moves, ends, known } = rig(2e6);
  moves({ bytesPerSecond: 6e6 });
  moves({ bytesPerSecond: 1e6 });
  ends();
  expect(known()).toBe(4e6);
});

it('says nothing of the line: a move, a limited download, a small one', () => {
  const { moves, ends, known } = rig();
  moves({ bytesPerSecond: 9e8, movesFrom: '/elsewhere' });
  moves({ bytesPerSecond: 1e3, limitBytesPerSecond: 1_000 });
  ends();
  moves({ bytesPerSecond: 5e6 });
  ends({ sizeBytes: 1_000 });
  expect(known()).toBeNull();
});
