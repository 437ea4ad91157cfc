/** Words of the activity view. Pure. */
import type { ModelUsage } from '../../src-shared/domain/usage.ts';

/** `0.8 s`, `12 s`, `3.4 min`. */
export function durationWords(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 99_500) return `${Math.round(ms / 1_000)} s`;
  return `${(ms / 60_000).toFixed(1)} min`;
}

/** `100 %`; `98.7 %` where that is not the whole truth. */
export function successWords({ successRate }: ModelUsage): string {
  const percent = 100 * successRate;
  return Number.isInteger(percent) ? `${percent} %` : `${percent.toFixed(1)} %`;
}

/** `9 to 10`, the hour with the most uses; `null` without any. */
export function busiestHour(hours: readonly number[]): string | null {
  const most = Math.max(0, ...hours);
  if (most === 0) return null;
  const hour = hours.indexOf(most);
  return `${hour} to ${(hour + 1) % 24}`;
}
