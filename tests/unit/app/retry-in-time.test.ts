import { expect, it } from 'vitest';
import { retryInTime } from '../../../src-main/app/wiring/retry-when-mended.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { AppError, type ErrorCode, toErrorReport } from '../../../src-shared/errors.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const MODEL = 'hf:owner/name';
const SECOND = 1_000;
const log = { info: () => {}, warn: () => {}, error: () => {} };

function rig() {
  const { clock, advance, pending } = createManualClock();
  const bus = createEventBus({ clock, log });
  let download: Download | undefined;
  const retried: number[] = [];
  const startedAt = clock.now();
  const stop = retryInTime({
    bus,
    clock,
    engine: {
      get: () => download,
      retry: async () => {
        retried.push((clock.now() - startedAt) / SECOND);
        return download as Download;
      },
    },
  });
  const tell = (state: Download['state']) => {
    download = { modelId: MODEL, state } as Download;
    bus.publish('download.state', { downloadId: 'd', modelId: MODEL, download });
  };
  const fail = (code: ErrorCode) => {
    const error = new AppError(code, { host: 'hub.example', path: 'f' } as never);
    tell({ kind: 'failed', error: toErrorReport(error) });
  };
  return { advance, pending, retried, tell, fail, stop };
}

it('what time may mend is tried again, after waits that grow', () => {
  const { advance, retried, fail, stop } = rig();
  for (let attempt = 0; attempt < 4; attempt += 1) {
    fail('NETWORK_OFFLINE');
    advance(3_600 * SECOND);
  }
  expect(retried.map((at) => at % 3_600)).toEqual([30, 60, 120, 240]);
  stop();
});

it('what a person has to mend is not', () => {
  const { retried, advance, fail, stop } = rig();
  fail('ACCESS_GATED');
  advance(7_200 * SECOND);
  expect(retried).toEqual([]);
  stop();
});

it('a download that was paused or taken away meanwhile is left alone', () => {
  const { retried, advance, pending, fail, tell, stop } = rig();
  fail('SERVER_FAILED');
  tell({ kind: 'paused' });
  expect(pending()).toBe(0);
  advance(3_600 * SECOND);
  expect(retried).toEqual([]);
  stop();
});
