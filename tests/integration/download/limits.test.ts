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

describe.each(['fast', 'got'] as const)('R5.3 speed limits, way %s', (way) => {
  it('never come faster than the limit, and come', async () => {
    const bytesPerSecond = 6e6;
    const hub = await startHubForTest({ repositories });
    const rig = await startEngine(hub, { way });
    rig.settings.limitBytesPerSecond = bytesPerSecond;
    rig.engine.reschedule();
    const startedAt = performance.now();
    await rig.until(await rig.fetch('hf:maker/first'), isDone);
    const seconds = (performance.now() - startedAt) / 1000;
    // A busy machine only takes longer; that no less comes is proven with a simulated clock.
    expect(SIZE / seconds).toBeLessThan(bytesPerSecond * 1.05);
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
