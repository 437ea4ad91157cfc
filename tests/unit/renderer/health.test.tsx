import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { drawDamage, piecesWords, repairChoices } from '../../../src-renderer/format/health.ts';
import type { Finding, HealthSummary, ModelHealth } from '../../../src-shared/domain/health.ts';
import { anEvent } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

const AT = '2026-01-10T09:00:00.000Z';
const MODEL_ID = 'hf:acme/tiny-chat-GGUF:Q4_K_M';

const aFinding = (changes: Partial<Finding> = {}): Finding => ({
  id: 'digest:model.gguf',
  modelId: MODEL_ID,
  check: 'digest',
  verdict: 'damaged',
  file: 'model.gguf',
  sentence: 'The bytes of model.gguf are no longer those that were published.',
  expected: 'aaaa',
  measured: 'bbbb',
  pieces: [2, 16, 17],
  pieceCount: 512,
  foundAt: AT,
  ...changes,
});

const aHealth = (changes: Partial<ModelHealth> = {}): ModelHealth => ({
  modelId: MODEL_ID,
  name: 'Tiny Chat',
  verdict: 'healthy',
  sentence: 'Every byte is as it was published.',
  integrityScore: 100,
  healthScore: 100,
  sizeBytes: 2e9,
  provenBytes: 2e9,
  lastCheckedAt: AT,
  lastProvenAt: AT,
  nextDueAt: null,
  findings: [],
  repairs: [],
  check: null,
  can: { check: true, stopCheck: false, repair: false, quarantine: true, release: false },
  ...changes,
});

const damaged = aHealth({
  verdict: 'damaged',
  sentence: 'The bytes of model.gguf are no longer those that were published.',
  healthScore: 20,
  findings: [aFinding()],
  repairs: [
    { mode: 'pieces', files: 1, bytes: 12_000_000 },
    { mode: 'files', files: 1, bytes: 2e9 },
    { mode: 'model', files: 1, bytes: 2e9 },
  ],
  can: { check: true, stopCheck: false, repair: true, quarantine: true, release: false },
});

function summaryOf(items: readonly ModelHealth[]): HealthSummary {
  const count = (verdict: ModelHealth['verdict']) =>
    items.filter((item) => item.verdict === verdict).length;
  return {
    healthScore: 90,
    byVerdict: {
      healthy: count('healthy'),
      suspect: count('suspect'),
      damaged: count('damaged'),
      incomplete: count('incomplete'),
      unsafe: count('unsafe'),
      offline: count('offline'),
      unverifiable: count('unverifiable'),
    },
    scrub: {
      state: 'held',
      sentence: 'Waits for mains power.',
      modelId: null,
      todayBytes: 0,
      budgetBytes: 5e10,
    },
  };
}

async function openHealth(items: ModelHealth[], more: Parameters<typeof createFakeBridge>[0] = {}) {
  const bridge = createFakeBridge({
    'models.health': () => ({ ...summaryOf(items), items, history: [] }),
    ...more,
  });
  renderApp(bridge);
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: /^Health/ }));
  return bridge;
}

const card = (name = 'Tiny Chat Q4_K_M') => screen.findByRole('listitem', { name });

describe('the health view', () => {
  it('says what it is for while there are no models', async () => {
    await openHealth([]);
    expect(
      await screen.findByText(/whether every byte of them is still as it was published/),
    ).toBeTruthy();
  });

  it('shows the worst first, counts them, and shows one kind alone', async () => {
    const other = aHealth({ modelId: 'hf:acme/other', name: 'Other' });
    await openHealth([other, damaged]);
    const list = await screen.findByRole('list', { name: 'Models' });
    const titles = () =>
      [...list.querySelectorAll(':scope > li')].map((item) => item.getAttribute('aria-label'));
    expect(titles()).toEqual(['Tiny Chat Q4_K_M', 'Other']);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Healthy 1' }));
    expect(titles()).toEqual(['Other']);
    expect(screen.getByLabelText('1 need attention')).toBeTruthy();
  });

  it('names the damaged pieces and repairs them, with the cost on the button', async () => {
    const bridge = await openHealth([damaged], { 'health.repair': () => damaged });
    const item = await card();
    expect(
      within(item).getByRole('img', { name: 'Damaged: pieces 3, 17 to 18 of 512' }),
    ).toBeTruthy();
    fireEvent.click(within(item).getByRole('button', { name: 'Repair (12.0 MB)' }));
    fireEvent.click(within(item).getByRole('button', { name: 'Fetch 1 file (2.00 GB)' }));
    await waitFor(() =>
      expect(bridge.inputsOf('health.repair')).toEqual([
        { modelId: MODEL_ID, mode: 'pieces' },
        { modelId: MODEL_ID, mode: 'files' },
      ]),
    );
  });

  it('ignores a finding only with a reason, and counts it again', async () => {
    const ignored = aHealth({ findings: [aFinding({ ignored: { at: AT, reason: 'mine' } })] });
    const bridge = await openHealth([damaged], { 'health.ignore': () => ignored });
    fireEvent.click(within(await card()).getByRole('button', { name: 'Ignore…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Ignore this finding?' });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Ignore it' }));
    expect(await within(dialog).findByText('Please give a reason.')).toBeTruthy();
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'mine' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Ignore it' }));
    await waitFor(() =>
      expect(bridge.inputsOf('health.ignore')).toEqual([
        { modelId: MODEL_ID, findingId: 'digest:model.gguf', reason: 'mine' },
      ]),
    );
  });

  it('releases from quarantine only with a reason', async () => {
    const unsafe = aHealth({
      verdict: 'unsafe',
      sentence: 'Loading it would run code: it imports “os.system”.',
      can: { check: true, stopCheck: false, repair: false, quarantine: false, release: true },
    });
    const bridge = await openHealth([unsafe], { 'health.release': () => unsafe });
    fireEvent.click(within(await card()).getByRole('button', { name: 'Release…' }));
    const dialog = await screen.findByRole('dialog', { name: /^Put Tiny Chat/ });
    expect(within(dialog).getByText(/os.system/)).toBeTruthy();
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'I made it' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Put it back' }));
    await waitFor(() =>
      expect(bridge.inputsOf('health.release')).toEqual([
        { modelId: MODEL_ID, reason: 'I made it' },
      ]),
    );
  });

  it('shows a check as it goes, and can stop it', async () => {
    const bridge = await openHealth([aHealth()], { 'health.stop': () => ({ stopped: 1 }) });
    const item = await card();
    const check = { depth: 'full' as const, checkedBytes: 5e8, totalBytes: 2e9, startedAt: AT };
    const running = aHealth({ check, can: { ...aHealth().can, check: false, stopCheck: true } });
    bridge.emit(
      anEvent(1, 'health.report', {
        modelId: MODEL_ID,
        health: running,
        summary: summaryOf([running]),
      }),
    );
    expect(await within(item).findByText('Reading, 500 MB of 2.00 GB')).toBeTruthy();
    fireEvent.click(within(item).getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(bridge.inputsOf('health.stop')).toEqual([{ modelIds: [MODEL_ID] }]));
  });
});

describe('words of health', () => {
  it('count pieces from one and join neighbours', () => {
    expect(piecesWords({ pieces: [0], pieceCount: 4 })).toBe('piece 1 of 4');
    expect(piecesWords({ pieces: [5, 3, 4, 9], pieceCount: 12 })).toBe('pieces 4 to 6, 10 of 12');
    expect(piecesWords({ pieces: undefined, pieceCount: undefined })).toBe('');
  });

  it('draw each damaged piece, however many there are', () => {
    expect(drawDamage({ pieces: [1], pieceCount: 4 })).toBe('dxdd');
    expect(drawDamage({ pieces: [4_999], pieceCount: 5_000 })).toMatch(/^d{95}x$/);
  });

  it('offer ways of repair that cost the same once', () => {
    expect(repairChoices(damaged.repairs).map(({ mode }) => mode)).toEqual(['pieces', 'files']);
  });
});
