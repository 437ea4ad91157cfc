import type { Days, ToLocal } from '../../../src-main/engines/analytics/roll-up.ts';
import { addUse } from '../../../src-main/engines/analytics/roll-up.ts';
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';

/** The person lives where clocks show UTC. */
export const utc: ToLocal = (ms) => {
  const iso = new Date(ms).toISOString();
  return { day: iso.slice(0, 10), hour: Number(iso.slice(11, 13)) };
};

export const use = (
  modelId: string,
  startedAt: string,
  more: Partial<UsageEvent> = {},
): UsageEvent => ({
  modelId,
  startedAt,
  durationMs: 1_000,
  success: true,
  ...more,
});

export const rolledUp = (events: readonly UsageEvent[]): Days =>
  events.reduce<Days>((days, event) => addUse(days, event, utc), {});
