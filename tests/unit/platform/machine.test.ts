import { chmod, mkdir, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock } from '../../../src-main/platform/clock.ts';
import { freeBytes } from '../../../src-main/platform/disk-space.ts';
import { detectHardware } from '../../../src-main/platform/hardware.ts';
import { temporaryFolder } from '../../support/folders.ts';

const MIB = 1024 * 1024;

/** A computer with these graphics cards: NVIDIA ones listed in MiB, others as Linux describes them. */
async function machine(cards: { nvidia?: string; drm?: Record<string, string> }) {
  const folder = await temporaryFolder();
  const nvidiaSmi = path.join(folder, 'nvidia-smi');
  if (cards.nvidia !== undefined) {
    await writeFile(nvidiaSmi, `#!/bin/sh\n${cards.nvidia}\n`);
    await chmod(nvidiaSmi, 0o755);
  }
  const drmFolder = path.join(folder, 'drm');
  for (const [card, bytes] of Object.entries(cards.drm ?? {})) {
    await mkdir(path.join(drmFolder, card, 'device'), { recursive: true });
    await writeFile(path.join(drmFolder, card, 'device', 'mem_info_vram_total'), bytes);
  }
  return {
    platform: 'linux',
    arch: 'x64',
    memoryBytes: 32 * 10 ** 9,
    nvidiaSmi,
    drmFolder,
  } as const;
}

describe('detectHardware', () => {
  it('tells the memory, the processor and its cores of this machine', async () => {
    const hardware = await detectHardware();
    expect(hardware.memoryBytes).toBeGreaterThan(0);
    expect(hardware.cores).toBeGreaterThan(0);
    expect(hardware.cpu).not.toBe('');
  });

  it('finds no graphics memory where no card tells', async () => {
    expect((await detectHardware(await machine({}))).videoMemoryBytes).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('adds up NVIDIA cards', async () => {
    const places = await machine({ nvidia: "printf '8192\\n24576\\n'" });
    expect((await detectHardware(places)).videoMemoryBytes).toBe(32768 * MIB);
  });

  it
    .skipIf(process.platform === 'win32')
    .each(['exit 9', 'echo "No devices were found"', "printf '[N/A]\\n'"])(
    'does without when the program says: %s',
    async (nvidia) => {
      expect((await detectHardware(await machine({ nvidia }))).videoMemoryBytes).toBeNull();
    },
  );

  it('takes the largest card that Linux describes', async () => {
    const drm = { card0: `${512 * MIB}\n`, card1: `${16384 * MIB}\n`, 'card1-DP-1': '9e18' };
    expect((await detectHardware(await machine({ drm }))).videoMemoryBytes).toBe(16384 * MIB);
  });

  it('gives graphics seven tenths of the memory of an Apple chip', async () => {
    const places = { ...(await machine({})), platform: 'darwin', memoryBytes: 10 ** 10 } as const;
    expect((await detectHardware({ ...places, arch: 'arm64' })).videoMemoryBytes).toBe(7 * 10 ** 9);
    expect((await detectHardware(places)).videoMemoryBytes).toBeNull();
  });
});

describe('freeBytes', () => {
  it('is what the file system says', async () => {
    const folder = await temporaryFolder();
    const { bsize, blocks } = await statfs(folder);
    const free = await freeBytes(folder);
    expect(free).toBeGreaterThan(0);
    expect(free).toBeLessThanOrEqual(bsize * blocks);
  });

  it('asks the nearest folder that is there', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'file'), '');
    expect(await freeBytes(path.join(folder, 'not', 'yet'))).toBeGreaterThan(0);
    expect(await freeBytes(path.join(folder, 'file', 'below'))).toBeGreaterThan(0);
  });
});

describe('the system clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls back once after the delay, unless cancelled', () => {
    vi.useFakeTimers();
    const calls: string[] = [];
    const clock = createSystemClock();
    clock.after(1000, () => calls.push('kept'));
    const cancel = clock.after(1000, () => calls.push('cancelled'));
    cancel();
    vi.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(5000);
    expect(calls).toEqual(['kept']);
  });

  it('holds a delay longer than a timer can', () => {
    vi.useFakeTimers();
    const clock = createSystemClock();
    const days = 24 * 60 * 60 * 1000;
    let isCalled = false;
    clock.after(60 * days, () => {
      isCalled = true;
    });
    vi.advanceTimersByTime(59 * days);
    expect(isCalled).toBe(false);
    vi.advanceTimersByTime(2 * days);
    expect(isCalled).toBe(true);
  });

  it('tells the time', () => {
    vi.useFakeTimers({ now: 1234 });
    expect(createSystemClock().now()).toBe(1234);
  });
});
