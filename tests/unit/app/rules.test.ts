import { expect, it } from 'vitest';
import { followRules } from '../../../src-main/app/wiring/rules.ts';
import type { AuditLog } from '../../../src-main/stores/audit-log.ts';
import type { CleanupRule } from '../../../src-shared/domain/cleanup-rule.ts';
import type { Proposal } from '../../../src-shared/domain/storage.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { turn } from '../download/fake-engine.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const OLD: CleanupRule = { name: 'Old', unusedDays: 60, action: 'trash' };
const LARGE: CleanupRule = { name: 'Large', largerThanBytes: 1, action: 'propose' };

const due = (modelId: string, rule: string | null): Proposal => ({
  ...{ modelId, name: modelId, sizeBytes: 4e9, freedBytes: 4e9, score: 50, reasons: [] },
  rule,
  isChosen: rule !== null,
});

async function rig(followsRules: 'propose' | 'act', rules: CleanupRule[] = [OLD, LARGE]) {
  const { clock, advance, pending } = createManualClock();
  const told: string[] = [];
  const removed: string[] = [];
  const state = { rules, stuck: '' };
  const following = followRules({
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    alerts: {
      raise: ((error: AppError) => told.push(error.message)) as never,
      settle: () => void told.push('settled'),
    },
    audit: { record: () => {} } as unknown as AuditLog,
    settings: () => ({ warnBelowBytes: 0, rules: state.rules, followRules: followsRules }),
    isReady: () => true,
    handlers: {
      'cleanup.propose': async () => ({
        items: [due('old', 'Old'), due('large', 'Large'), due('free', null)],
        targetBytes: null,
        chosenBytes: 8e9,
        reachesTarget: true,
      }),
      'models.remove': async ({ id }) => {
        if (id === state.stuck) throw new AppError('MODEL_UNKNOWN', { modelId: id });
        removed.push(id);
        return { freedBytes: 4e9, undoUntil: null };
      },
    },
  });
  await following.look();
  return { told, removed, advance, pending, following, state };
}

it('R6.4 rules only tell, unless they may act', async () => {
  const { told, removed } = await rig('propose');
  expect(removed).toEqual([]);
  expect(told).toEqual([
    '2 models fall under your rules (Old, Large); letting go of them frees 8.00 GB.',
  ]);
});

it('where they may act, only what a rule says may go by itself does', async () => {
  const { told, removed } = await rig('act');
  expect(removed).toEqual(['old']);
  expect(told).toEqual(['1 model was moved to the trash by your rules (Old): 4.00 GB.']);
});

it('are followed once a day, and not after the end', async () => {
  const { removed, advance, following, pending } = await rig('act');
  advance(86_400_000);
  await turn();
  expect(removed).toEqual(['old', 'old']);
  following.close();
  expect(pending()).toBe(0);
});

it('without any, nothing is told', async () => {
  const { told } = await rig('act', []);
  expect(told).toEqual(['settled']);
});
