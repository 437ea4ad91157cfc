import { expect, it } from 'vitest';
import { syntheticContent } from '../../hub/content.ts';
import { startEngine, startHubForTest } from '../../support/engine-rig.ts';

const SIZE = 24 * 2 ** 20;
const content = syntheticContent({ sizeBytes: SIZE, seed: 3 });

it('a pause ends requests that wait for their answer on a kept connection, and sends no others', async () => {
  const hub = await startHubForTest({
    repositories: [
      { id: 'maker/model', commits: [{ files: [{ path: 'weights.gguf', content }] }] },
    ],
  });
  const { engine, fetch } = await startEngine(hub, { connections: 1 });
  hub.setFaults('**/weights.gguf', [
    { kind: 'stall', origin: 'cdn', everyNth: 3, beforeHeaders: true },
  ]);
  const id = await fetch('hf:maker/model');
  const deliveries = () =>
    hub.log.filter(({ origin, method }) => origin === 'cdn' && method === 'GET');
  await hub.until(() => deliveries().length === 3);
  const paused = await engine.pause(id);
  expect(paused.state.kind).toBe('paused');
  expect(deliveries()).toHaveLength(3);
});
