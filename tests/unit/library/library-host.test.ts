import { describe, expect, it } from 'vitest';
import type { Library } from '../../../src-main/library/library.ts';
import { createLibraryHost } from '../../../src-main/library/library-host.ts';
import { createManualClock } from '../transports/manual-clock.ts';

function rig() {
  const { clock, advance, pending } = createManualClock();
  const calls: string[] = [];
  const library = (folder: string) =>
    ({
      folder,
      assertThere: async () => {},
      close: async () => void calls.push(`close ${folder}`),
    }) as unknown as Library;
  const host = createLibraryHost({
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    open: async (folder) => {
      calls.push(`open ${folder}`);
      return library(folder);
    },
    onLeave: async () => void calls.push('leave'),
    onChange: async () => void calls.push('change'),
  });
  return { host, calls, advance, pending };
}

describe('S4 another library folder', () => {
  it('is opened only after everyone has left the one before, which is locked until then', async () => {
    const { host, calls } = rig();
    await host.use('/one');
    await host.use('/two');
    expect(calls).toEqual(['open /one', 'change', 'leave', 'close /one', 'open /two', 'change']);
  });

  it('is none at all after the end, and nothing is looked for any more', async () => {
    const { host, calls, pending } = rig();
    await host.use('/one');
    await host.close();
    expect(calls.slice(2)).toEqual(['leave', 'close /one']);
    expect(() => host.current()).toThrow();
    expect(pending()).toBe(0);
  });
});
