import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { HealthEvent, ModelHealth } from '../../../src-shared/domain/health.ts';
import { AppError } from '../../../src-shared/errors.ts';
import {
  aDamaged,
  aDownload,
  aFinding,
  aHealth,
  aHealthSummary,
  aModel,
  anEvent,
} from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

const AT = '2026-01-10T09:00:00.000Z';
const MODEL_ID = aHealth().modelId;
type Answers = Parameters<typeof createFakeBridge>[0];

function renderWith(items: ModelHealth[], answers: Answers = {}, history: HealthEvent[] = []) {
  const bridge = createFakeBridge({
    'models.health': () => ({ ...aHealthSummary(items), items, history }),
    ...answers,
  });
  return { bridge, ...renderApp(bridge) };
}

async function openHealth(...[items, answers, history]: Parameters<typeof renderWith>) {
  const { bridge } = renderWith(items, answers, history);
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: /^Health/ }));
  return bridge;
}

const report = (seq: number, model: ModelHealth, others: readonly ModelHealth[] = []) =>
  anEvent(seq, 'health.report', {
    modelId: model.modelId,
    health: model,
    summary: aHealthSummary([model, ...others]),
  });

const card = (name = 'Tiny Chat Q4_K_M') => screen.findByRole('listitem', { name });
const press = (within_: HTMLElement, name: string | RegExp) =>
  fireEvent.click(within(within_).getByRole('button', { name }));
const other = aHealth({ modelId: 'hf:acme/other', name: 'Other' });

async function titles() {
  const list = await screen.findByRole('list', { name: 'Models' });
  return [...list.querySelectorAll(':scope > li')].map((item) => item.getAttribute('aria-label'));
}

describe('R6 the list of the health view', () => {
  it('says what it is for while there are no models', async () => {
    await openHealth([]);
    expect(
      await screen.findByText(/whether every byte of them is still as it was published/),
    ).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Check every byte' })).toBeNull();
  });

  it('says what keeps it from being shown, and asks again', async () => {
    let isBroken = true;
    const bridge = await openHealth([], {
      'models.health': () => {
        if (isBroken) throw new AppError('INTERNAL', { problem: 'broken' });
        return { ...aHealthSummary([other]), items: [other], history: [] };
      },
    });
    const problem = await screen.findByRole('alert');
    isBroken = false;
    press(problem, 'Try again');
    expect(await card('Other')).toBeTruthy();
    expect(bridge.inputsOf('models.health')).toHaveLength(2);
  });

  it('is calm while everything is well', async () => {
    await openHealth([aHealth()], {
      'models.health': () => ({
        ...aHealthSummary([aHealth()], { healthScore: 100 }),
        items: [aHealth()],
        history: [],
      }),
    });
    const summary = await screen.findByRole('region', { name: 'Summary' });
    expect(within(summary).getByText('All is well')).toBeTruthy();
    expect(within(await card()).getByText('Every byte is as it was published.')).toBeTruthy();
    expect(screen.queryByText('Nothing was found.')).toBeNull();
    expect(screen.queryByLabelText(/attention/)).toBeNull();
  });

  it('shows the worst first, counts them, and shows one kind alone', async () => {
    await openHealth([other, aDamaged()]);
    expect(await titles()).toEqual(['Tiny Chat Q4_K_M', 'Other']);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Healthy 1' }));
    expect(await titles()).toEqual(['Other']);
    expect(screen.getByLabelText('1 model needs attention')).toBeTruthy();
  });

  it('shows all again when the last of the kind it showed has become another', async () => {
    let items = [aDamaged(), other];
    const bridge = await openHealth(items, {
      'models.health': () => ({ ...aHealthSummary(items), items, history: [] }),
    });
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Damaged 1' }));
    expect(await titles()).toEqual(['Tiny Chat Q4_K_M']);
    items = [aHealth(), other];
    bridge.emit(report(1, aHealth(), [other]));
    await waitFor(async () => expect(await titles()).toEqual(['Other', 'Tiny Chat Q4_K_M']));
  });

  it('says what the background check does', async () => {
    await openHealth([other]);
    expect(
      await screen.findByText(
        'Background check: Waits for mains power. 0 bytes of 50.0 GB read today.',
      ),
    ).toBeTruthy();
  });

  it('tells what happened, the newest at first and all on demand', async () => {
    const history = Array.from(
      { length: 30 },
      (_, index): HealthEvent => ({
        at: new Date(Date.parse(AT) - index * 1000).toISOString(),
        modelId: MODEL_ID,
        name: 'Tiny Chat',
        kind: index === 0 ? 'repaired' : 'found',
        sentence: `Sentence ${index}.`,
      }),
    );
    await openHealth([other], {}, history);
    const region = await screen.findByRole('region', { name: 'What happened' });
    expect(within(region).getAllByRole('listitem')).toHaveLength(20);
    expect(within(region).getByText('Repaired')).toBeTruthy();
    press(region, 'Show all 30');
    expect(within(region).getAllByRole('listitem')).toHaveLength(30);
  });
});

describe('R6 checks', () => {
  it('of everything are a quick look or every byte', async () => {
    const bridge = await openHealth([other], { 'health.check': () => ({ queued: 1 }) });
    fireEvent.click(await screen.findByRole('button', { name: 'Quick check' }));
    fireEvent.click(screen.getByRole('button', { name: 'Check every byte' }));
    await waitFor(() =>
      expect(bridge.inputsOf('health.check')).toEqual([{ depth: 'quick' }, { depth: 'full' }]),
    );
    expect(await screen.findAllByText('Checking 1 model')).toHaveLength(2);
  });

  it('show how far they are, and can be stopped', async () => {
    const bridge = await openHealth([aHealth()], { 'health.stop': () => ({ stopped: 1 }) });
    const item = await card();
    const check = { depth: 'full' as const, checkedBytes: 5e8, totalBytes: 2e9, startedAt: AT };
    const running = aHealth({ check, can: { ...aHealth().can, check: false, stopCheck: true } });
    bridge.emit(report(1, running));
    expect(await within(item).findByText('Reading every byte, 500 MB of 2.00 GB')).toBeTruthy();
    press(item, 'Stop Tiny Chat Q4_K_M');
    fireEvent.click(screen.getByRole('button', { name: 'Stop checking' }));
    await waitFor(() =>
      expect(bridge.inputsOf('health.stop')).toEqual([{ modelIds: [MODEL_ID] }, {}]),
    );
  });

  it('tell screen readers how they ended', async () => {
    const check = { depth: 'full' as const, checkedBytes: 5e8, totalBytes: 2e9, startedAt: AT };
    const bridge = await openHealth([aHealth({ check })]);
    await card();
    bridge.emit(report(1, aHealth()));
    expect(
      await screen.findByText('Tiny Chat Q4_K_M: Healthy. Every byte is as it was published.'),
    ).toBeTruthy();
  });

  it('that end by the dozen are told of in one sentence', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const check = { depth: 'quick' as const, checkedBytes: 0, totalBytes: 2e9, startedAt: AT };
    const models = ids.map((id) => aHealth({ modelId: `hf:maker/${id}`, name: id, check }));
    const bridge = await openHealth(models);
    bridge.emit(...models.map((one, index) => report(index + 1, { ...one, check: null }, models)));
    expect(await screen.findByText('4 models checked')).toBeTruthy();
  });

  it('that end ask for the history once more, however many end together', async () => {
    const bridge = await openHealth([aHealth(), other]);
    await card();
    expect(bridge.inputsOf('models.health')).toHaveLength(1);
    bridge.emit(report(1, aDamaged(), [other]));
    bridge.emit(report(2, { ...other, verdict: 'damaged' }, [aDamaged()]));
    bridge.emit(report(3, aHealth(), [other]));
    await waitFor(() => expect(bridge.inputsOf('models.health')).toHaveLength(3));
  });

  it('ask for no history while it is not shown', async () => {
    const { bridge, stores } = renderWith([aHealth(), other]);
    await waitFor(() => expect(stores.health.getState().health.status).toBe('ready'));
    bridge.emit(report(1, aDamaged(), [other]));
    expect(await screen.findByLabelText('1 model needs attention')).toBeTruthy();
    expect(bridge.inputsOf('models.health')).toHaveLength(1);
    act(() => stores.navigation.getState().go('health'));
    await waitFor(() => expect(bridge.inputsOf('models.health')).toHaveLength(2));
    act(() => stores.navigation.getState().go('library'));
    act(() => stores.navigation.getState().go('health'));
    await card();
    expect(bridge.inputsOf('models.health')).toHaveLength(2);
  });

  it('change the row by an event, and an older one does not', async () => {
    const bridge = await openHealth([aHealth()], {
      'models.health': () => ({
        ...aHealthSummary([aDamaged()]),
        items: [aDamaged()],
        history: [],
      }),
    });
    await card();
    bridge.emit(report(5, aDamaged({ healthScore: 15 })));
    expect(await within(await card()).findByText(/health 15 of 100/)).toBeTruthy();
    bridge.emit(report(4, aDamaged({ healthScore: 7 })));
    expect(screen.queryByText(/health 7 of 100/)).toBeNull();
  });
});

describe('R6 a finding', () => {
  it('names the check, the file and the pieces, expected and measured', async () => {
    await openHealth([aDamaged()]);
    const findings = within(await card()).getByRole('list', { name: 'Findings' });
    for (const words of ['Every byte', 'model.gguf', 'Pieces 3, 17–18 of 512', 'aaaa', 'bbbb']) {
      expect(within(findings).getByText(words)).toBeTruthy();
    }
    const bar = { name: 'Damaged: pieces 3, 17–18 of 512' };
    expect(within(findings).getByRole('img', bar)).toBeTruthy();
  });

  it('is ignored only with a reason', async () => {
    const bridge = await openHealth([aDamaged()], { 'health.ignore': () => aDamaged() });
    press(await card(), /^Ignore…/);
    const dialog = await screen.findByRole('dialog', { name: 'Ignore this finding?' });
    press(dialog, 'Ignore it');
    expect(await within(dialog).findByText('Please give a reason.')).toBeTruthy();
    expect(bridge.inputsOf('health.ignore')).toEqual([]);
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: ' mine ' } });
    press(dialog, 'Ignore it');
    await waitFor(() =>
      expect(bridge.inputsOf('health.ignore')).toEqual([
        { modelId: MODEL_ID, findingId: 'digest:model.gguf', reason: 'mine' },
      ]),
    );
  });

  it('that is ignored stays, struck out with its reason, and counts again on demand', async () => {
    const ignored = aHealth({ findings: [aFinding({ ignored: { at: AT, reason: 'mine' } })] });
    const bridge = await openHealth([ignored], { 'health.ignore': () => aDamaged() });
    const item = await card();
    expect(within(item).getByText(aFinding().sentence).tagName).toBe('S');
    expect(within(item).getByText('Does not count: mine')).toBeTruthy();
    press(item, /^Count it again/);
    await waitFor(() =>
      expect(bridge.inputsOf('health.ignore')).toEqual([
        { modelId: MODEL_ID, findingId: 'digest:model.gguf', reason: null },
      ]),
    );
  });

  it('gives the focus back when the question is left', async () => {
    await openHealth([aDamaged()]);
    const button = within(await card()).getByRole('button', { name: /^Ignore…/ });
    button.focus();
    fireEvent.click(button);
    const dialog = await screen.findByRole('dialog', { name: 'Ignore this finding?' });
    press(dialog, 'Leave it');
    await waitFor(() => expect(document.activeElement).toBe(button));
  });
});

describe('R6 a repair', () => {
  it('is offered each way with its cost', async () => {
    const bridge = await openHealth([aDamaged()], { 'health.repair': () => aDamaged() });
    const item = await card();
    press(item, /^Repair: fetch 3 pieces, 12.0 MB/);
    press(item, /^Fetch 1 file, 1.00 GB/);
    press(item, /^Fetch the whole model, 2.00 GB/);
    await waitFor(() =>
      expect(bridge.inputsOf('health.repair')).toEqual([
        { modelId: MODEL_ID, mode: 'pieces' },
        { modelId: MODEL_ID, mode: 'files' },
        { modelId: MODEL_ID, mode: 'model' },
      ]),
    );
  });

  it('that is refused says why', async () => {
    await openHealth([aDamaged()], {
      'health.repair': () => {
        throw new AppError('ACTION_NOT_POSSIBLE', { action: 'repair', state: 'healthy' });
      },
    });
    press(await card(), /^Repair/);
    const notices = await screen.findByRole('log', { name: 'Notices' });
    expect(await within(notices).findByRole('group')).toBeTruthy();
  });

  it('under way is shown by its download, and leads to it', async () => {
    const download = aDownload({ name: 'Tiny Chat' });
    await openHealth([aDamaged({ repairs: [] })], {
      'downloads.list': () => ({ items: [download] }),
    });
    const item = await card();
    expect(within(item).getByText(/^Repair: 12\.3 MB\/s/)).toBeTruthy();
    press(item, 'Show download of Tiny Chat Q4_K_M');
    expect(await screen.findByRole('heading', { level: 1, name: 'Downloads' })).toBeTruthy();
  });
});

describe('R6 quarantine', () => {
  it('asks first', async () => {
    const bridge = await openHealth([aDamaged()], { 'health.quarantine': () => aHealth() });
    press(await card(), /^Take out of use…/);
    const dialog = await screen.findByRole('dialog', { name: /^Take Tiny Chat/ });
    expect(bridge.inputsOf('health.quarantine')).toEqual([]);
    press(dialog, 'Take out of use');
    await waitFor(() =>
      expect(bridge.inputsOf('health.quarantine')).toEqual([{ modelId: MODEL_ID }]),
    );
  });

  const can = { check: true, stopCheck: false, repair: false, quarantine: false, release: true };

  it('is left only with a reason, knowing what would run', async () => {
    const sentence = 'model.ckpt: loading it would run code: os.system, builtins.eval.';
    const unsafe = aHealth({
      verdict: 'unsafe',
      sentence: 'In quarantine.',
      findings: [aFinding({ check: 'safety', verdict: 'unsafe', sentence })],
      can,
    });
    const bridge = await openHealth([unsafe], { 'health.release': () => unsafe });
    press(await card(), /^Release…/);
    const dialog = await screen.findByRole('dialog', { name: /^Put Tiny Chat/ });
    expect(within(dialog).getByText(sentence)).toBeTruthy();
    expect(within(dialog).getByText(/runs what is in it/)).toBeTruthy();
    press(dialog, 'Put it back');
    expect(await within(dialog).findByText('Please give a reason.')).toBeTruthy();
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'I made it' } });
    press(dialog, 'Put it back');
    await waitFor(() =>
      expect(bridge.inputsOf('health.release')).toEqual([
        { modelId: MODEL_ID, reason: 'I made it' },
      ]),
    );
  });

  it('warns of code only where there is some', async () => {
    await openHealth([aHealth({ verdict: 'suspect', sentence: 'In quarantine.', can })]);
    press(await card(), /^Release…/);
    const dialog = await screen.findByRole('dialog', { name: /^Put Tiny Chat/ });
    expect(within(dialog).queryByText(/runs what is in it/)).toBeNull();
  });
});

describe('R6 the way to the health of a model', () => {
  const models = { 'models.list': () => ({ items: [aModel()] }) };

  it('is a badge in its row of the library', async () => {
    renderWith([other, aDamaged()], models);
    const row = await screen.findByRole('row', { name: 'Tiny Chat Q4_K_M' });
    const sentence = aFinding().sentence.replaceAll('.', '\\.');
    press(row, new RegExp(`^Damaged. ${sentence} Show the health of`));
    const item = await card();
    expect(document.activeElement).toBe(
      within(item).getByRole('button', { name: 'Tiny Chat Q4_K_M Damaged' }),
    );
  });

  it('is not there while all is well', async () => {
    renderWith([aHealth()], models);
    const row = await screen.findByRole('row', { name: 'Tiny Chat Q4_K_M' });
    expect(within(row).queryByRole('button', { name: /Show the health/ })).toBeNull();
  });

  it('opens it although it is healthy by now, whatever was filtered', async () => {
    const { stores } = renderWith([aHealth(), aDamaged({ modelId: 'hf:a/b', name: 'B' })], models);
    await screen.findByRole('row', { name: 'Tiny Chat Q4_K_M' });
    stores.navigation.getState().filterHealth('damaged');
    stores.navigation.getState().showHealth(MODEL_ID);
    const item = await card();
    expect(within(item).getByText('Nothing was found.')).toBeTruthy();
  });
});
