import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hello, SAYS, startGateway, TINY } from '../support/gateway-rig.ts';

/** Turns the header into something llama.cpp refuses, without a change of size or date. */
async function damage(folder: string): Promise<void> {
  const file = path.join(folder, 'tiny-GGUF.gguf');
  const bytes = await readFile(file);
  bytes.fill(0xff, 4, 4_096);
  await writeFile(file, bytes);
}

describe('S6, R6.2: a model that does not load', () => {
  it('is checked, mended from the hub, and answers the request that found it broken', async () => {
    const { client, core, have } = await startGateway();
    const { model } = await have(TINY);
    await damage(model.folder);
    const { data, response } = await client.chat.completions.create(hello(TINY)).withResponse();
    expect(data.choices[0]?.message.content).toBe(SAYS);
    expect(response.headers.get('x-larder-strategy')).toBe('exact');
    const { strategies, attempts } = await core.value('recovery.statistics', {});
    const mend = { strategy: 'mend', outcome: 'helped', modelId: TINY };
    expect(attempts).toContainEqual(expect.objectContaining(mend));
    const mended = strategies.filter(({ strategy, helped }) => strategy === 'mend' && helped > 0);
    expect(mended.length).toBeGreaterThan(0);
    expect(core.events.some(({ type }) => type === 'recovery.attempt')).toBe(true);
  });

  it('counts survive a restart, and a torn file of them loses nothing else', async () => {
    const first = await startGateway();
    const { model } = await first.have(TINY);
    await damage(model.folder);
    await first.client.chat.completions.create(hello(TINY));
    await first.core.stop();
    const second = await startGateway({ userData: first.userData, hub: first.hub });
    expect((await second.core.value('recovery.statistics', {})).attempts.length).toBeGreaterThan(0);
    await second.core.stop();
    await writeFile(path.join(first.userData, 'recovery.json'), '{"half":');
    const third = await startGateway({ userData: first.userData, hub: first.hub });
    expect(await third.core.alerts()).toContain('DOCUMENT_DAMAGED');
    await third.client.chat.completions.create(hello(TINY));
  });
});
