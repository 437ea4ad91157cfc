import { describe, expect, it } from 'vitest';
import { createLibraries } from '../../../src-main/library/libraries.ts';
import type { Library } from '../../../src-main/library/library.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { queued, turn } from '../download/fake-engine.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const INSTALLED = { ...queued('a').manifest, installedAt: '2026-01-01T00:00:00.000Z' };
const LISTED = queued('a').manifest;

/** Folders with the models in them; those that are not named are on no drive. */
function rig(drives: Record<string, readonly Manifest[]>, wanted: string[]) {
  const { clock, advance, pending } = createManualClock();
  const calls: string[] = [];
  const there = { ...drives };
  const missing = (folder: string) => new AppError('LIBRARY_MISSING', { folder });
  const library = (folder: string) =>
    ({
      folder,
      about: { get: () => ({ id: `id of ${folder}` }) },
      manifests: {
        all: () => there[folder] ?? drives[folder] ?? [],
        get: (id: string) => (there[folder] ?? drives[folder])?.find((one) => one.id === id),
      },
      assertThere: async () => {
        if (!there[folder]) throw missing(folder);
      },
      close: async () => void calls.push(`close ${folder}`),
    }) as unknown as Library;
  const libraries = createLibraries({
    folders: () => wanted,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    open: async (folder) => {
      if (!there[folder]) throw missing(folder);
      calls.push(`open ${folder}`);
      return library(folder);
    },
    remembered: async (folder) => drives[folder] ?? [],
    idOf: async (folder) => `id of ${folder}`,
    onLeave: async () => void calls.push('leave'),
    onChange: async () => void calls.push('change'),
  });
  const look = async () => {
    advance(3_000);
    await libraries.settled();
    await turn();
  };
  return { libraries, calls, there, wanted, look, pending };
}

describe('S4 another library folder', () => {
  it('is opened only after everyone has left the one before, which is locked until then', async () => {
    const { libraries, calls, wanted } = rig({ '/one': [], '/two': [] }, ['/one']);
    await libraries.follow();
    wanted.splice(0, 1, '/two');
    await libraries.follow();
    expect(calls).toEqual(['open /one', 'change', 'leave', 'close /one', 'open /two', 'change']);
  });

  it('is none at all after the end, and nothing is looked for any more', async () => {
    const { libraries, calls, pending } = rig({ '/one': [] }, ['/one']);
    await libraries.follow();
    await libraries.close();
    expect(calls.slice(2)).toEqual(['leave', 'close /one']);
    expect(() => libraries.current()).toThrow();
    expect(pending()).toBe(0);
  });
});

describe('several libraries', () => {
  it('one that is unplugged is let go of, its models are remembered, and it opens by itself', async () => {
    const { libraries, calls, there, look } = rig({ '/main': [], '/usb': [INSTALLED] }, [
      '/main',
      '/usb',
    ]);
    await libraries.follow();
    delete there['/usb'];
    calls.length = 0;
    await look();
    expect(calls).toEqual(['leave', 'close /usb', 'change']);
    expect(libraries.manifest(INSTALLED.id)).toEqual(INSTALLED);
    expect(libraries.stateOf(INSTALLED.id)?.kind).toBe('closed');
    expect(() => libraries.of(INSTALLED.id)).toThrow('/usb is not there');
    calls.length = 0;
    await look();
    expect(calls, 'nothing has changed').toEqual([]);
    there['/usb'] = [INSTALLED];
    await look();
    expect(calls).toEqual(['open /usb', 'change']);
    expect(libraries.of(INSTALLED.id).folder).toBe('/usb');
  });

  it('a model is where all of it is, and in an open library rather than in one that is away', async () => {
    const { libraries, there } = rig(
      { '/one': [LISTED], '/two': [INSTALLED], '/three': [INSTALLED] },
      ['/one', '/two', '/three'],
    );
    delete there['/two'];
    await libraries.follow();
    expect(libraries.of(INSTALLED.id).folder).toBe('/three');
    expect(libraries.manifests()).toEqual([INSTALLED]);
  });
});
