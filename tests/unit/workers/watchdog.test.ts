import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatchdog } from '../../../src-main/workers/transfer/watchdog.ts';

describe('silence', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('is noticed after its time, counted from the last bytes', () => {
    const heard: number[] = [];
    const watchdog = createWatchdog(5_000, (ms) => heard.push(ms));
    vi.advanceTimersByTime(4_000);
    watchdog.feed();
    vi.advanceTimersByTime(4_999);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual([5_000]);
  });

  it('does not run while a speed limit makes it rest', () => {
    const heard: number[] = [];
    const watchdog = createWatchdog(5_000, (ms) => heard.push(ms));
    watchdog.rest();
    vi.advanceTimersByTime(60_000);
    watchdog.wake();
    vi.advanceTimersByTime(4_999);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual([5_000]);
  });

  it('time in which this thread was held up does not count', () => {
    const heard: number[] = [];
    createWatchdog(5_000, (ms) => heard.push(ms));
    // A disk that wakes: the clock goes on, and no timer runs.
    vi.setSystemTime(0);
    const before = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => before + 12_000);
    vi.runOnlyPendingTimers();
    expect(heard).toEqual([]);
  });
});
