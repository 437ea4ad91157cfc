import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createMeteredSensor, parseMetered } from '../../../src-main/platform/metered.ts';
import { temporaryFolder } from '../../support/folders.ts';

describe('parseMetered', () => {
  it.each([
    ['GENERAL.METERED:yes\n\nGENERAL.METERED:unknown\n', true],
    ['GENERAL.METERED:unknown\n\nGENERAL.METERED:yes (guessed)\n', true],
    ['GENERAL.METERED:no (guessed)\n\nGENERAL.METERED:no\n', false],
    ['Error: NetworkManager is not running.\n', false],
    ['', false],
  ])('of %j is %s', (output, expected) => {
    expect(parseMetered(output)).toBe(expected);
  });
});

describe('createMeteredSensor', () => {
  it.skipIf(process.platform === 'win32')('asks at most every minute', async () => {
    const folder = await temporaryFolder();
    const nmcli = path.join(folder, 'nmcli');
    const asked = path.join(folder, 'asked');
    const answer = async (text: string) => {
      await writeFile(nmcli, `#!/bin/sh\necho x >> ${asked}\necho "GENERAL.METERED:${text}"\n`);
      await chmod(nmcli, 0o755);
    };
    let now = 0;
    const isMetered = createMeteredSensor({ now: () => now, platform: 'linux', nmcli });
    await answer('yes');
    expect(isMetered()).toBe(false);
    await vi.waitUntil(isMetered, { timeout: 5_000 });
    await answer('no');
    for (now of [20_000, 40_000, 59_999]) expect(isMetered()).toBe(true);
    now = 60_000;
    await vi.waitUntil(() => !isMetered(), { timeout: 5_000 });
    expect(await readFile(asked, 'utf8')).toBe('x\nx\n');
  });

  it('is no where the program is missing, or the system another', async () => {
    const missing = createMeteredSensor({
      now: Date.now,
      platform: 'linux',
      nmcli: '/nowhere/nmcli',
    });
    const other = createMeteredSensor({
      now: Date.now,
      platform: 'darwin',
      nmcli: '/nowhere/nmcli',
    });
    expect([missing(), other()]).toEqual([false, false]);
  });
});
