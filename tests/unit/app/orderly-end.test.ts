import { describe, expect, it } from 'vitest';
import { createOrderlyEnd } from '../../../src-main/app/orderly-end.ts';
import { createManualClock } from '../transports/manual-clock.ts';

/** A program that stops when the test says so, and what was seen of its end. */
function program() {
  const { clock, advance, pending } = createManualClock();
  const seen: string[] = [];
  const say = (message: string) => void seen.push(message);
  let finish: (error?: Error) => void = () => {};
  const stop = () => {
    seen.push('stop');
    return new Promise<void>((resolve, reject) => {
      finish = (error) => (error ? reject(error) : resolve());
    });
  };
  const exit = () => void seen.push('exit');
  const end = createOrderlyEnd({ clock, log: { info: say, warn: say, error: say }, stop, exit });
  return { end, advance, pending, seen, finish: (error?: Error) => finish(error) };
}

/** Lets promises that are settled call back. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the end', () => {
  it('exits once everything has stopped', async () => {
    const { end, finish, seen, pending } = program();
    end();
    await settled();
    expect(seen).toEqual(['stop']);
    finish();
    await settled();
    expect(seen).toEqual(['stop', 'exit']);
    expect(pending()).toBe(0);
  });

  it('is not cut off by further wishes to quit', async () => {
    const { end, finish, seen, advance } = program();
    end();
    await settled();
    end();
    advance(4_999);
    end();
    await settled();
    expect(seen).toEqual(['stop']);
    finish();
    await settled();
    expect(seen).toEqual(['stop', 'exit']);
  });

  it('comes after five seconds all the same, and once', async () => {
    const { end, finish, seen, advance } = program();
    end();
    await settled();
    advance(5_000);
    finish();
    await settled();
    expect(seen).toEqual(['stop', 'exit']);
  });

  it('comes when stopping fails', async () => {
    const { end, finish, seen } = program();
    end();
    await settled();
    finish(new Error('no'));
    await settled();
    expect(seen).toEqual(['stop', 'end failed', 'exit']);
  });
});
