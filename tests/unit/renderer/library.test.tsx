import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { rangeIn } from '../../../src-renderer/components/use-window.ts';
import { counted } from '../../../src-renderer/format/words.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import {
  aDamaged,
  aHealth,
  aHealthSummary,
  aModel,
  aModelUsage,
  anEvent,
  aReport,
  aUsage,
  GB,
} from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

type Answers = Parameters<typeof createFakeBridge>[0];

const aNamed = (name: string, changes: Partial<Model> = {}): Model =>
  aModel({ id: `hf:acme/${name}`, name, variant: undefined, keep: false, ...changes });

const THREE = [
  aNamed('Alpha', { sizeBytes: GB }),
  aNamed('Beta', { sizeBytes: 3 * GB, keep: true }),
  aNamed('Gamma', { sizeBytes: 2 * GB, availability: 'missing', downloadedBytes: 0 }),
];

async function openLibrary(models: readonly Model[], answers: Answers = {}) {
  const bridge = createFakeBridge({ 'models.list': () => ({ items: [...models] }), ...answers });
  const { stores } = renderApp(bridge);
  await screen.findByRole('table', { name: 'Models' });
  return { bridge, stores };
}

const rows = () => within(screen.getByRole('table')).getAllByRole('row').slice(1);
const names = () => rows().map((row) => row.getAttribute('aria-label'));
const filterBox = () => screen.getByRole('textbox', { name: 'Filter models' });
const filter = (value: string) => fireEvent.change(filterBox(), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const select = (name: string, shiftKey = false) =>
  fireEvent.click(screen.getByRole('checkbox', { name }), { shiftKey });

describe('the filter of the library', () => {
  it('shows what it finds, how much that is, and everything again', async () => {
    await openLibrary(THREE);
    screen.getByText('3 models, 4.00 GB on disk');
    filter('size>1.5GB status:available');
    expect(names()).toEqual(['Beta']);
    screen.getByText('1 of 3 models, 3.00 GB');
    press('Clear the filter');
    expect(names()).toEqual(['Alpha', 'Beta', 'Gamma']);
  });

  it('says under the box what it does not understand, and goes by the rest', async () => {
    await openLibrary(THREE);
    filter('beta size>5XB');
    const sentence = screen.getByText('“size>5XB” is not a size; write it like size>5GB.');
    expect(filterBox().getAttribute('aria-errormessage')).toBe(sentence.id);
    expect(filterBox().getAttribute('aria-invalid')).toBe('true');
    expect(names()).toEqual(['Beta']);
  });

  it('leads back from finding nothing', async () => {
    await openLibrary(THREE);
    filter('nowhere');
    screen.getByText('No model matches');
    press('Show all models');
    expect(names()).toHaveLength(3);
    expect(filterBox()).toHaveProperty('value', '');
  });

  it('knows uses of a year, and those that come', async () => {
    const usage = aModelUsage({ modelId: 'hf:acme/Alpha', lastUsedAt: new Date().toISOString() });
    const { bridge } = await openLibrary(THREE, { 'analytics.get': () => aUsage(usage) });
    filter('unused>30d');
    await waitFor(() => expect(names()).toEqual(['Beta', 'Gamma']));
    const lastUsedAt = new Date().toISOString();
    bridge.emit(anEvent(1, 'analytics.updated', { modelId: 'hf:acme/Beta', lastUsedAt }));
    await waitFor(() => expect(names()).toEqual(['Gamma']));
    const [input] = bridge.inputsOf('analytics.get') as { from: string }[];
    const days = (Date.now() - Date.parse(input?.from ?? '')) / 86_400_000;
    expect(Math.round(days)).toBeGreaterThanOrEqual(364);
  });

  it('says so when uses are not known', async () => {
    const fails = () => {
      throw new AppError('INTERNAL', { problem: 'no uses' });
    };
    await openLibrary(THREE, { 'analytics.get': fails });
    filter('unused>30d');
    expect(await screen.findByText(/^When models were used is not known/)).toBeTruthy();
  });

  it('offers examples that are put into the box', async () => {
    await openLibrary(THREE);
    filter('a');
    press('What can be typed here');
    fireEvent.click(await screen.findByRole('button', { name: 'Add kept' }));
    expect(filterBox()).toHaveProperty('value', 'a kept');
    expect(names()).toEqual(['Beta']);
  });
});

describe('the columns of the library', () => {
  it('tell health, last use and what is kept', async () => {
    const modelId = 'hf:acme/Alpha';
    const health = aHealth({ modelId, healthScore: 91.4 });
    await openLibrary(THREE, {
      'models.health': () => ({ ...aHealthSummary([health]), items: [health], history: [] }),
      'analytics.get': () => aUsage(aModelUsage({ modelId, lastUsedAt: new Date().toISOString() })),
    });
    const alpha = screen.getByRole('row', { name: 'Alpha' });
    expect(await within(alpha).findByText('91 of 100')).toBeTruthy();
    expect(await within(alpha).findByText('today')).toBeTruthy();
    expect(within(alpha).queryByRole('img', { name: 'Kept' })).toBeNull();
    const beta = screen.getByRole('row', { name: 'Beta' });
    expect(within(beta).getByRole('img', { name: 'Kept' })).toBeTruthy();
  });

  it.each([
    ['Model', 'Gamma', 'descending'],
    ['Status', 'Gamma', 'ascending'],
    ['Size', 'Beta', 'descending'],
    ['Health', 'Beta', 'ascending'],
    ['Last used', 'Gamma', 'descending'],
    ['Kept', 'Beta', 'descending'],
  ])('sort by %s, and the other way round', async (label, first, order) => {
    const damaged = aDamaged({ modelId: 'hf:acme/Beta' });
    const usage = aModelUsage({ modelId: 'hf:acme/Gamma' });
    await openLibrary(THREE, {
      'models.health': () => ({ ...aHealthSummary([damaged]), items: [damaged], history: [] }),
      'analytics.get': () => aUsage(usage),
    });
    const header = screen.getByRole('columnheader', { name: label });
    await screen.findByText('20 of 100');
    fireEvent.click(within(header).getByRole('button'));
    await waitFor(() => expect(names()[0]).toBe(first));
    expect(header.getAttribute('aria-sort')).toBe(order);
    const before = names();
    fireEvent.click(within(header).getByRole('button'));
    expect(names()).not.toEqual(before);
    expect(header.getAttribute('aria-sort')).not.toBe(order);
  });
});

describe('several models at once', () => {
  const bar = () => screen.getByRole('region', { name: 'Selected models' });
  const choose = (name: string) => fireEvent.click(within(bar()).getByRole('button', { name }));

  it('are selected one by one, by a range, and all that the filter shows', async () => {
    await openLibrary(THREE);
    select('Select Alpha');
    expect(within(bar()).getByText('1 selected, 1.00 GB')).toBeTruthy();
    select('Select Gamma', true);
    expect(within(bar()).getByText('3 selected, 4.00 GB')).toBeTruthy();
    choose('Clear selection');
    expect(screen.queryByRole('region', { name: 'Selected models' })).toBeNull();
    filter('size>1.5GB');
    select('Select all that are shown');
    expect(within(bar()).getByText('2 selected, 3.00 GB')).toBeTruthy();
    filter('');
    expect(within(bar()).getByText('2 selected, 3.00 GB')).toBeTruthy();
  });

  it('never include what the filter hides', async () => {
    const { bridge } = await openLibrary(THREE, { 'health.check': () => ({ queued: 1 }) });
    select('Select all that are shown');
    filter('alpha');
    choose('Check health');
    await screen.findByText('Checking 1 model');
    expect(bridge.inputsOf('health.check')).toEqual([
      { modelIds: ['hf:acme/Alpha'], depth: 'full' },
    ]);
  });

  it('are kept, where they are not yet', async () => {
    const { bridge } = await openLibrary(THREE, { 'models.keep': () => aModel() });
    select('Select all that are shown');
    choose('Keep');
    await screen.findByText('3 models kept');
    expect(bridge.inputsOf('models.keep')).toEqual([
      { modelId: 'hf:acme/Alpha', keep: true },
      { modelId: 'hf:acme/Gamma', keep: true },
    ]);
  });

  it('are removed after it was asked; what is kept stays', async () => {
    const { bridge } = await openLibrary(THREE, {
      'models.remove': () => ({ freedBytes: GB, undoUntil: null }),
    });
    select('Select all that are shown');
    choose('Remove…');
    const dialog = await screen.findByRole('dialog', { name: 'Remove 2 models?' });
    within(dialog).getByText('1 model is kept and will stay.');
    within(dialog).getByText('1.00 GB are on disk.');
    expect(bridge.inputsOf('models.remove')).toEqual([]);
    fireEvent.click(within(dialog).getByRole('radio', { name: /Delete the files permanently/ }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Delete 1.00 GB' }));
    await screen.findByText('2 models deleted, 2.00 GB freed');
    expect(bridge.inputsOf('models.remove')).toEqual([
      { id: 'hf:acme/Alpha', toTrash: false },
      { id: 'hf:acme/Gamma', toTrash: false },
    ]);
  });

  it('move to the trash unless another program has their files too', async () => {
    const adopted = { app: 'ollama', way: 'linked' } as const;
    const { bridge } = await openLibrary([aNamed('Alpha'), aNamed('Beta', { adopted })], {
      'models.remove': ({ id }) => ({
        freedBytes: id.endsWith('Alpha') ? 2 * GB : 0,
        undoUntil: null,
      }),
    });
    select('Select all that are shown');
    choose('Remove…');
    const dialog = await screen.findByRole('dialog', { name: 'Remove 2 models?' });
    within(dialog).getByText(/^1 model is shared with another program/);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove 2 models' }));
    await screen.findByText('2 models go to the trash (2.00 GB)');
    expect(bridge.inputsOf('models.remove')).toEqual([
      { id: 'hf:acme/Alpha', toTrash: true },
      { id: 'hf:acme/Beta', toTrash: false },
    ]);
  });

  it('that are all kept cannot be removed at all', async () => {
    await openLibrary([aNamed('Alpha', { keep: true })]);
    select('Select Alpha');
    choose('Remove…');
    const dialog = await screen.findByRole('dialog', { name: 'Remove 1 model?' });
    within(dialog).getByText(/Choose “Do not keep” first/);
    expect(within(dialog).queryByRole('button', { name: /^(Remove|Delete)/ })).toBeNull();
  });

  it('go on when one fails, which is shown and can be tried again', async () => {
    let isBusy = true;
    const { bridge } = await openLibrary([aNamed('Alpha'), aNamed('Beta')], {
      'models.remove': ({ id }) => {
        if (isBusy && id.endsWith('Alpha')) throw new AppError('INTERNAL', { problem: 'busy' });
        return { freedBytes: GB, undoUntil: null };
      },
    });
    select('Select all that are shown');
    choose('Remove…');
    fireEvent.click(await screen.findByRole('button', { name: 'Remove 2 models' }));
    await screen.findByText('1 model go to the trash (1.00 GB)');
    isBusy = false;
    press('Try again');
    await waitFor(() =>
      expect(bridge.inputsOf('models.remove')).toEqual(
        ['Alpha', 'Beta', 'Alpha'].map((name) => ({ id: `hf:acme/${name}`, toTrash: true })),
      ),
    );
  });
});

describe('the details of a model', () => {
  const modelId = 'hf:acme/Alpha';
  const details = () => screen.findByRole('dialog', { name: 'Alpha' });
  const open = async (model: Model, answers: Answers = {}) => {
    const opened = await openLibrary([model], answers);
    press('Details of Alpha');
    return { ...opened, dialog: await details() };
  };

  it('tell its health, and lead to all that was found', async () => {
    const damaged = aDamaged({ modelId, name: 'Alpha' });
    const { dialog, stores } = await open(aNamed('Alpha'), {
      'models.health': () => ({ ...aHealthSummary([damaged]), items: [damaged], history: [] }),
    });
    const health = await within(dialog).findByRole('region', { name: 'Health' });
    within(health).getByText('Damaged');
    within(health).getByText('20 of 100');
    within(health).getByText(damaged.sentence);
    fireEvent.click(within(health).getByRole('button', { name: 'Show in Health' }));
    expect(stores.navigation.getState()).toMatchObject({
      screen: 'health',
      healthTarget: { modelId },
    });
  });

  it('ask for the files, which the list leaves out', async () => {
    const model = aNamed('Alpha');
    const { bridge, dialog } = await open(
      { ...model, files: [] },
      { 'models.status': () => ({ items: [aReport(model)] }) },
    );
    const files = await within(dialog).findByRole('region', {
      name: counted(model.files.length, 'file'),
    });
    for (const file of model.files) within(files).getByText(file.path);
    expect(bridge.inputsOf('models.list')).toEqual([{ files: false }]);
    expect(bridge.inputsOf('models.status')).toEqual([{ id: modelId }]);
  });

  it('tell how often it was used, when, and at which hours', async () => {
    const { dialog } = await open(aNamed('Alpha'), {
      'analytics.get': () => aUsage(aModelUsage({ modelId, lastUsedAt: new Date().toISOString() })),
    });
    const use = await within(dialog).findByRole('region', { name: 'Use' });
    await waitFor(() => expect(use.textContent).toContain('40 uses in 30 days, last today'));
    within(use).getByRole('img', { name: 'Uses by hour of the day, most at 9:00' });
  });

  it('tell where it lives and who shares it, and open the folder', async () => {
    const adopted = { app: 'ollama', way: 'linked' } as const;
    const { bridge, dialog } = await open(aNamed('Alpha', { adopted }));
    const place = within(dialog).getByRole('region', { name: 'Where it lives' });
    within(place).getByText(/^Its files are shared with Ollama/);
    within(place).getByText('/home/ada/Models/acme/tiny-chat-GGUF');
    fireEvent.click(within(place).getByRole('button', { name: 'Open folder' }));
    await waitFor(() =>
      expect(bridge.inputsOf('folders.open')).toEqual([{ place: 'model', modelId }]),
    );
  });

  it('let it be kept', async () => {
    const { bridge, dialog } = await open(aNamed('Alpha'), { 'models.keep': () => aModel() });
    fireEvent.click(within(dialog).getByRole('switch', { name: /^Keep/ }));
    await waitFor(() => expect(bridge.inputsOf('models.keep')).toEqual([{ modelId, keep: true }]));
  });
});

describe('a large library', () => {
  const many = Array.from({ length: 10_000 }, (_, index) =>
    aNamed(`Model ${index + 1}`, { id: `hf:acme/${index}`, sizeBytes: index + 1, files: [] }),
  );

  it('renders the rows near what is in sight, and says how many there are', async () => {
    await openLibrary(many);
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('10001');
    expect(rows().length).toBeLessThan(200);
    expect(names()[0]).toBe('Model 1');
    expect(rows()[0]?.getAttribute('aria-rowindex')).toBe('2');
  });

  it('follows as it scrolls, and counts on', async () => {
    await openLibrary(many);
    const body = screen.getByRole('table').querySelector('tbody');
    const scroller = body?.closest('[data-scrolls]');
    if (!body || !scroller) throw new Error('no list that scrolls');
    const box = new DOMRect(0, -5_000 * 60, 800, 600_000);
    vi.spyOn(body, 'getBoundingClientRect').mockReturnValue(box);
    act(() => void scroller.dispatchEvent(new Event('scroll')));
    const shown = names();
    expect(shown).toContain('Model 5001');
    expect(shown.length).toBeLessThan(200);
    const first = rows()[0];
    const place = Number(first?.getAttribute('aria-label')?.replace('Model ', ''));
    expect(first?.getAttribute('aria-rowindex')).toBe(String(place + 1));
    expect(body.style.paddingTop).toBe(`${(place - 1) * 60}px`);
  });

  it('is selected as a whole, seen or not', async () => {
    await openLibrary(many);
    filter('size>5000bytes');
    select('Select all that are shown');
    screen.getByText('5,000 selected, 37.5 MB');
  });

  it('is checked in as many requests as it takes', async () => {
    const { bridge } = await openLibrary([...many, aNamed('Last')], {
      'health.check': ({ modelIds }) => ({ queued: modelIds?.length ?? 0 }),
    });
    select('Select all that are shown');
    press('Check health');
    await screen.findByText('Checking 10,001 models');
    const inputs = bridge.inputsOf('health.check') as { modelIds: string[] }[];
    expect(inputs.map(({ modelIds }) => modelIds.length)).toEqual([10_000, 1]);
    expect(new Set(inputs.flatMap(({ modelIds }) => modelIds)).size).toBe(10_001);
  });
});

describe('the range that is rendered', () => {
  const size = { count: 10_000, rowHeightPx: 60 };

  it.each([0, 59, 60, 12_345, 299_999, 598_000, 600_000, 9_999_999, -500])(
    'covers what is in sight at %d px',
    (offsetPx) => {
      const { first, end } = rangeIn(size, { offsetPx, heightPx: 900 });
      const top = Math.min(Math.max(0, offsetPx), 600_000 - 900);
      expect(first * 60).toBeLessThanOrEqual(top);
      expect(end * 60).toBeGreaterThanOrEqual(top + 900);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(10_000);
      expect(end - first).toBeLessThan(80);
    },
  );

  it('is everything of a small list', () => {
    const small = { count: 100, rowHeightPx: 60 };
    expect(rangeIn(small, { offsetPx: 3_000, heightPx: 100 })).toEqual({ first: 0, end: 100 });
  });
});
