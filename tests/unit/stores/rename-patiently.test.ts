import { describe, expect, it } from 'vitest';
import { renamePatiently } from '../../../src-main/stores/rename-patiently.ts';

/** A disk on which the file is held for the first tries. */
function heldFor(count: number, code: string, platform: NodeJS.Platform = 'win32') {
  let tried = 0;
  let waitedMs = 0;
  const tools = {
    platform,
    rename: async () => {
      tried += 1;
      if (tried <= count) throw Object.assign(new Error(code), { code });
    },
    wait: async (ms: number) => {
      waitedMs += ms;
    },
  };
  return { tools, told: () => ({ tried, waitedMs }) };
}

describe('failure 15: a file that a scanner holds open', () => {
  it.each(['EBUSY', 'EPERM', 'EACCES'])('is renamed once it lets go (%s)', async (code) => {
    const { tools, told } = heldFor(9, code);
    await renamePatiently('a', 'b', tools);
    expect(told()).toEqual({ tried: 10, waitedMs: 4_500 });
  });

  it('is given up after five seconds', async () => {
    const { tools, told } = heldFor(100, 'EBUSY');
    await expect(renamePatiently('a', 'b', tools)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(told().tried).toBe(10);
  });

  it.each([
    ['another failure', 'ENOENT', 'win32'],
    ['a refusal where nothing is ever locked', 'EPERM', 'linux'],
  ] as const)('%s is told at once', async (_name, code, platform) => {
    const { tools, told } = heldFor(1, code, platform);
    await expect(renamePatiently('a', 'b', tools)).rejects.toMatchObject({ code });
    expect(told().tried).toBe(1);
  });
});
