import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBucket, createRates, drawFrom, sliceBytes } from '../../hub/rates.ts';

describe('a rate bucket', () => {
  it('lets the first bytes pass at once and makes the next ones wait', async () => {
    const bucket = createBucket(1000);
    let isSecondDrawn = false;
    await drawFrom([bucket], 200);
    const second = drawFrom([bucket, createBucket(null)], 1).then(() => {
      isSecondDrawn = true;
    });
    await nextTurn();
    expect(isSecondDrawn).toBe(false);
    await second;
    expect(isSecondDrawn).toBe(true);
  });

  it('is looked at twenty times a second, by the strictest of several', () => {
    expect(sliceBytes([createBucket(null)])).toBe(Number.POSITIVE_INFINITY);
    expect(sliceBytes([createBucket(40_000), createBucket(2000), createBucket(null)])).toBe(100);
    expect(sliceBytes([createBucket(5)])).toBe(1);
  });

  it('is shared by all for the total, by a connection for its own, by matching files for theirs', () => {
    const rates = createRates();
    const [one, other] = [new Socket(), new Socket()];
    rates.set({ totalBytesPerSecond: 100, perConnectionBytesPerSecond: 10 });
    rates.throttle('*.gguf', 1);
    const limits = (socket: Socket, file: string) => rates.bucketsFor(socket, file);
    expect(limits(one, 'a/b/c.gguf').map((b) => b.bytesPerSecond)).toEqual([100, 10, 1]);
    expect(limits(one, 'a/b/c.onnx').map((b) => b.bytesPerSecond)).toEqual([100, 10]);
    const [total, own] = limits(one, 'x');
    expect(limits(other, 'x')[0]).toBe(total);
    expect(limits(one, 'y')[1]).toBe(own);
    expect(limits(other, 'x')[1]).not.toBe(own);
    rates.set({});
    expect(limits(one, 'x').map((b) => b.bytesPerSecond)).toEqual([null, null]);
  });
});
