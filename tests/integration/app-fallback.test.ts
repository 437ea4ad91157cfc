import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDemoRepositories, DEMO_TOKENS } from '../hub/demo-repositories.ts';
import { type Core, startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';

const Q8 = 'hf:larder-demo/tiny-words-GGUF:Q8_0';
const F16 = 'hf:larder-demo/tiny-words-GGUF:F16';
const REPOSITORY = 'hf:larder-demo/tiny-words-GGUF';

async function demo(files: Readonly<Record<string, string>> = {}) {
  const repositories = createDemoRepositories();
  const hub = await startHubForTest({ repositories, tokens: DEMO_TOKENS });
  const userData = path.join(await temporaryFolder(), 'data');
  await mkdir(userData, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(userData, name), text);
  }
  const core = await startCore({ userData, hubUrl: hub.url });
  return { hub, core, userData };
}

async function install(core: Core, ref: string): Promise<string> {
  const { id } = await core.value('models.track', { ref });
  await core.untilEvent(
    ({ type, data }) =>
      type === 'model.status' && data.modelId === id && data.model?.availability === 'available',
  );
  return id;
}

describe('R4.1 what a request for a model would get, in the whole program', () => {
  it('the model itself while it is here, and another of its variants when it is not', async () => {
    const { core } = await demo();
    const [q8, f16] = [await install(core, Q8), await install(core, F16)];
    const here = await core.value('fallback.suggest', { modelId: q8 });
    expect(here).toMatchObject({ strategy: 'exact', modelId: q8, etaMs: 0 });

    const away = await core.value('fallback.suggest', { modelId: q8, assumeMissing: true });
    expect(away).toMatchObject({ strategy: 'alternative', modelId: f16, startsDownload: true });
    const [best] = away.suggestions;
    expect(best).toMatchObject({ modelId: f16, quality: 'similar', cost: { downloadBytes: 0 } });
    expect(best?.parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(best?.reasons.length).toBeGreaterThan(0);
    expect(away.trace.map(({ strategy }) => strategy)).toEqual(['exact', 'wait', 'alternative']);
    expect(core.events.some(({ type }) => type === 'fallback.decision')).toBe(false);
  });

  it('notices at once that a model went', async () => {
    const { core } = await demo();
    const [q8, f16] = [await install(core, Q8), await install(core, F16)];
    const suggest = () => core.value('fallback.suggest', { modelId: q8, assumeMissing: true });
    expect((await suggest()).modelId).toBe(f16);
    await core.value('models.remove', { id: f16, toTrash: false });
    expect((await suggest()).suggestions).toEqual([]);
  });

  it('keeps a request for a model that is only tracked, or refuses it as the settings say', async () => {
    const { core } = await demo();
    const { id } = await core.value('models.track', { ref: Q8, download: false });
    const first = await core.value('fallback.suggest', { modelId: id });
    expect(first).toMatchObject({ strategy: 'queue', modelId: id, startsDownload: true });
    await core.value('settings.patch', { fallback: { fetchMissing: false } });
    const second = await core.value('fallback.suggest', { modelId: id });
    expect(second).toMatchObject({ strategy: 'refuse', startsDownload: false });
    await core.value('settings.patch', { fallback: { placeholder: true } });
    expect((await core.value('fallback.suggest', { modelId: id })).strategy).toBe('placeholder');
  });

  it('understands aliases, and references without a variant', async () => {
    const { core } = await demo();
    const q8 = await install(core, Q8);
    const aliases = [{ name: 'gpt-4o-mini', models: ['hf:a/none:Q8_0', q8] }];
    await core.value('settings.patch', { generation: { aliases } });
    for (const modelId of ['gpt-4o-mini', REPOSITORY, 'larder-demo/tiny-words-GGUF']) {
      const { requestedId } = await core.value('fallback.suggest', { modelId });
      expect(requestedId).toBe(q8);
    }
  });

  it('offers nothing for what no model here does', async () => {
    const { core } = await demo();
    await install(core, Q8);
    const requirements = { task: 'image' as const };
    const { suggestions } = await core.value('fallback.suggest', {
      modelId: 'sdxl-base',
      requirements,
    });
    expect(suggestions).toEqual([]);
  });

  it('R4.2 gives steps for this computer when there is nothing', async () => {
    const { core } = await demo();
    const decision = await core.value('fallback.suggest', { modelId: 'gpt-4o-mini' });
    expect(decision.strategy).toBe('refuse');
    expect(decision.setup[0]).toMatch(/^This computer has /);
    expect(decision.setup.length).toBeGreaterThan(1);
  });

  it('has no open questions, and says so of one that is answered', async () => {
    const { core } = await demo();
    expect((await core.value('fallback.questions', {})).items).toEqual([]);
    const refused = await core.call('fallback.answer', { id: 'none', choice: 'refuse' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  });
});

describe('the catalogue of a person', () => {
  const family = {
    id: 'tiny-words',
    name: 'Tiny words',
    names: ['tiny-words'],
    lineage: 'tiny',
    tasks: ['chat'],
    inputs: ['text'],
    tools: false,
    license: 'cc0-1.0',
    released: '2026-01',
    models: [{ names: ['words'], parameters: 134_208 }],
    source: 'https://example.org/tiny-words',
  };

  it('is taken in at the start', async () => {
    const text = JSON.stringify({ version: 1, families: [family] });
    const { core } = await demo({ 'catalogue.json': text });
    const [q8, f16] = [await install(core, Q8), await install(core, F16)];
    const suggest = { modelId: q8, assumeMissing: true };
    const { suggestions } = await core.value('fallback.suggest', suggest);
    expect(suggestions[0]).toMatchObject({ modelId: f16 });
    expect(suggestions[0]?.reasons).toContain('It is the same model in another form.');
    const tools = await core.value('fallback.suggest', {
      ...suggest,
      requirements: { tools: true },
    });
    expect(tools.suggestions).toEqual([]);
    expect(await core.alerts()).toEqual([]);
  });

  it.each([
    ['not JSON', '{'],
    ['not as it should be', JSON.stringify({ version: 1, families: [{ id: 'x' }] })],
  ])('that is %s is told of, and the built-in one holds', async (_, text) => {
    const { core } = await demo({ 'catalogue.json': text });
    expect(await core.alerts()).toEqual(['CATALOGUE_INVALID']);
    const { setup } = await core.value('fallback.suggest', { modelId: 'qwen3-8b' });
    expect(setup.length).toBeGreaterThan(1);
  });

  it('damage to the memory of how models did is told of as well', async () => {
    const { core } = await demo({ 'fallback.json': '{"version":1' });
    expect(await core.alerts()).toEqual(['DOCUMENT_DAMAGED']);
    expect((await core.call('fallback.suggest', { modelId: 'x' })).ok).toBe(true);
  });
});
