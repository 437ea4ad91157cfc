import { describe, expect, it } from 'vitest';
import { syntheticContent } from '../../hub/content.ts';
import { isDone, startEngine, startHubForTest } from '../../support/engine-rig.ts';

const SIZE = 6 * 2 ** 20;
const repositories = ['first', 'second'].map((name, seed) => ({
  id: `maker/${name}`,
  commits: [
    { files: [{ path: `${name}.gguf`, content: syntheticContent({ sizeBytes: SIZE, seed }) }] },
  ],
}));

/** How long a download takes at a limit, in ms. */
async function timed(way: 'fast' | 'got', bytesPerSecond: number): Promise<number> {
  const hub = await startHubForTest({ repositories });
  const rig = await startEngine(hub, { way });
  rig.settings.limitBytesPerSecond = bytesPerSecond;
  rig.engine.reschedule();
  const id = await rig.fetch('hf:maker/first');
  await rig.until(id, ({ receivedBytes }) => receivedBytes > 0);
  const startedAt = performance.now();
  await rig.until(id, isDone);
  return performance.now() - startedAt;
}

describe.each(['fast', 'got'] as const)('R5.3 speed limits, way %s', (way) => {
  it('half the limit takes twice as long', async () => {
    const fast = await timed(way, 6e6);
    const slow = await timed(way, 3e6);
    expect(slow / fast).toBeGreaterThan(1.6);
    expect(slow / fast).toBeLessThan(2.4);
  });

  it('a limit of its own slows one download and not the other, and can be lifted', async () => {
    const hub = await startHubForTest({ repositories });
    const rig = await startEngine(hub, { way });
    const slow = await rig.fetch('hf:maker/first');
    await rig.engine.limit(slow, 64 * 1024);
    const quick = await rig.fetch('hf:maker/second');
    await rig.until(quick, isDone);
    expect(rig.engine.get(slow)?.state.kind).toBe('running');
    expect(rig.engine.get(slow)?.receivedBytes).toBeLessThan(SIZE / 2);
    await rig.engine.limit(slow, null);
    await rig.until(slow, isDone);
  });
});
