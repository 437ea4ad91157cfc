/** The sum over all models that events carry: of thousands that are checked in a row it is not made anew for each. */
import type { HealthSummary } from '../../../src-shared/domain/health.ts';
import type { Clock } from '../ports.ts';

interface SummingPorts {
  readonly clock: Clock;
  readonly summary: () => HealthSummary;
  /** Called once what was told last may no longer hold. */
  readonly again: () => void;
}

/** How old the sum in an event may be. */
const AGE_MS = 200;

export function createSumming({ clock, summary, again }: SummingPorts) {
  let known: { readonly at: number; readonly summary: HealthSummary } | undefined;
  let cancel: (() => void) | undefined;
  return {
    now: (): HealthSummary => {
      const at = clock.now();
      const isFresh = known !== undefined && at >= known.at && at - known.at < AGE_MS;
      if (!known || !isFresh) known = { at, summary: summary() };
      else {
        cancel ??= clock.after(AGE_MS, () => {
          cancel = undefined;
          again();
        });
      }
      return known.summary;
    },
    stop: (): void => {
      cancel?.();
      cancel = undefined;
    },
  };
}
