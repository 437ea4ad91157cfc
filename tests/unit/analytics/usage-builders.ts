import type { Days, ToLocal } from '../../../src-main/engines/analytics/roll-up.ts';
import { addUses } from '../../../src-main/engines/analytics/roll-up.ts';
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';

/** The person lives where clocks show UTC. */
export const utc: ToLocal = (ms) => {
  const iso = new Date(ms).toISOString();
  return { day: iso.slice(0, 10), hour: Number(iso.slice(11, 13)) };
};

export const use = (
  modelId: string,
  startedAt: string,
  more: { readonly [K in keyof UsageEvent]?: UsageEvent[K] | undefined } = {},
): UsageEvent => {
  const { durationMs, ...others } = { durationMs: 1_000, ...more };
  const event = { modelId, startedAt, success: true, ...others } as UsageEvent;
  return durationMs === undefined ? event : { ...event, durationMs };
};

export const rolledUp = (events: readonly UsageEvent[]): Days => addUses({}, events, utc);
