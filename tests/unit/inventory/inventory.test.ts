import { describe, expect, it } from 'vitest';
import { createInventory } from '../../../src-main/engines/inventory/inventory.ts';
import type {
  FoundRepository,
  InventoryPorts,
  InventoryRecord,
  Place,
} from '../../../src-main/engines/inventory/ports.ts';
import { turn } from '../download/fake-engine.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const MiB = 2 ** 20;
const OLLAMA: Place = { app: 'ollama', folder: '/ollama' };

const repository = (name: string, digest?: string): FoundRepository => ({
  name,
  lacks: [],
  files: [
    {
      path: `${name}.gguf`,
      place: `/ollama/${name}`,
      sizeBytes: MiB,
      fileId: `1:${name}:${MiB}:5`,
      ...(digest && { sha256: digest.padEnd(64, '0') }),
    },
  ],
});

async function settle() {
  for (let round = 0; round < 40; round += 1) await turn();
}

function rig(found: readonly FoundRepository[], overrides: Partial<InventoryPorts> = {}) {
  const { clock, advance } = createManualClock();
  let record: InventoryRecord = { chosen: [], digests: {} };
  const told: string[] = [];
  const measured: string[] = [];
  const ports: InventoryPorts = {
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    publish: (_type, data) => {
      if ('scan' in data) told.push(data.scan.state);
    },
    store: {
      get: () => record,
      update: (change) => {
        record = change(record);
      },
    },
    findPlaces: async () => [OLLAMA],
    read: async function* (_place, signal) {
      for (const one of found) {
        signal.throwIfAborted();
        yield one;
      }
    },
    hasher: {
      follow: (place) => ({
        hashedBytes: 0,
        advance: () => {},
        finish: async () => {
          measured.push(place);
          return { sha256: 'd'.repeat(64) };
        },
        cancel: () => {},
      }),
    },
    manifests: () => [],
    isQuiet: () => true,
    ...overrides,
  };
  return { ports, inventory: createInventory(ports), advance, told, measured, kept: () => record };
}

describe('S9 the models of other programs', () => {
  it('are listed as soon as they were looked at, and identified afterwards', async () => {
    const { inventory, measured } = rig([repository('one'), repository('two', 'a')]);
    expect(inventory.start().state).toBe('scanning');
    await inventory.settled();
    const { items, scan, places } = inventory.list();
    expect(items.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(items.map(({ files }) => files[0]?.sha256?.[0])).toEqual(['d', 'a']);
    expect(measured).toEqual(['/ollama/one']);
    expect(scan).toMatchObject({ state: 'idle', filesSeen: 2, bytesIdentified: MiB });
    expect(places).toMatchObject([{ app: 'ollama', models: 2, sizeBytes: 2 * MiB }]);
  });

  it('are not read while something else needs the disk', async () => {
    let isQuiet = false;
    const { inventory, measured, advance } = rig([repository('one')], { isQuiet: () => isQuiet });
    inventory.start();
    await settle();
    expect(inventory.list().scan).toMatchObject({ state: 'identifying', isWaiting: true });
    expect(measured).toEqual([]);
    isQuiet = true;
    advance(2_000);
    await inventory.settled();
    expect(measured).toEqual(['/ollama/one']);
    expect(inventory.list().scan.isWaiting).toBe(false);
  });

  it('what was measured is not measured again, today or after a restart', async () => {
    const first = rig([repository('one')]);
    first.inventory.start();
    await first.inventory.settled();
    first.inventory.start();
    await first.inventory.settled();
    expect(first.measured).toHaveLength(1);
    const { store } = first.ports;
    const second = rig([repository('one')], { store });
    second.inventory.start();
    await second.inventory.settled();
    expect(second.measured).toEqual([]);
    expect(second.inventory.list().items[0]?.files[0]?.sha256).toBe('d'.repeat(64));
  });

  it('a file that was changed is measured anew', async () => {
    const [before] = [repository('one')];
    const { inventory, ports, measured } = rig([before]);
    inventory.start();
    await inventory.settled();
    const changed = { ...before.files[0], fileId: '1:one:1048576:6' } as (typeof before.files)[0];
    const later = rig([{ ...before, files: [changed] }], { store: ports.store });
    later.inventory.start();
    await later.inventory.settled();
    expect(measured.length + later.measured.length).toBe(2);
  });

  it('a scan of 100,000 files can be stopped at once, and goes on', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => repository(`m${index}`, `${index}`));
    let read = 0;
    const { inventory } = rig([], {
      read: async function* (_place, signal) {
        for (const one of many) {
          signal.throwIfAborted();
          read += 1;
          if (read % 1_000 === 0) await turn();
          yield one;
        }
      },
    });
    inventory.start();
    await settle();
    await inventory.stop();
    expect(read).toBeLessThan(many.length);
    expect(inventory.list().scan.state).toBe('idle');
    read = 0;
    inventory.start();
    await inventory.settled();
    expect(inventory.list().items).toHaveLength(many.length);
  });

  it('S2 is told at most four times a second', async () => {
    const many = Array.from({ length: 500 }, (_, index) => repository(`m${index}`, `${index}`));
    const { inventory, told } = rig(many);
    inventory.start();
    await inventory.settled();
    // The beginning and the end; no time has passed between them.
    expect(told).toEqual(['scanning', 'idle']);
  });

  it('a folder that a person adds is looked at, until it is forgotten', async () => {
    const { inventory } = rig([repository('one', 'a')], { findPlaces: async () => [] });
    inventory.choose(['/mine']);
    inventory.start();
    await inventory.settled();
    expect(inventory.list().places).toMatchObject([{ folder: '/mine', isChosen: true }]);
    inventory.forget('/mine');
    expect(inventory.list()).toMatchObject({ places: [], items: [] });
  });

  it('a place that cannot be read says why, and keeps no other from being read', async () => {
    const places: Place[] = [OLLAMA, { app: 'jan', folder: '/jan' }];
    const { inventory } = rig([], {
      findPlaces: async () => places,
      read: async function* ({ app }) {
        if (app === 'ollama') throw new Error('no');
        yield repository('one', 'a');
      },
    });
    inventory.start();
    await inventory.settled();
    const [first, second] = inventory.list().places;
    expect(first?.error?.code).toBe('INTERNAL');
    expect(second).toMatchObject({ app: 'jan', models: 1 });
  });
});

describe('duplicates', () => {
  it('are the same bytes in several files; names of one file are one', async () => {
    const same = [repository('one', 'a'), repository('two', 'a'), repository('three', 'b')];
    const { inventory } = rig(same);
    inventory.start();
    await inventory.settled();
    expect(inventory.list().duplicates).toEqual([
      {
        sha256: 'a'.padEnd(64, '0'),
        sizeBytes: MiB,
        places: ['/ollama/one', '/ollama/two'],
        wastedBytes: MiB,
      },
    ]);
    expect(inventory.placesOf('a'.padEnd(64, '0'))).toEqual(['/ollama/one', '/ollama/two']);
  });
});
