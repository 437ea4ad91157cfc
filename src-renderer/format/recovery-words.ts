/** Words about what was tried by itself. Pure. */
import type { OperationOutput } from '../../src-shared/contract/operations.ts';
import { formatMoment } from '../../src-shared/domain/format.ts';
import type { RecoveryAttempt } from '../../src-shared/domain/recovery.ts';

type Way = OperationOutput<'recovery.statistics'>['strategies'][number];

/** `12 of 14`; a dash for what was never tried. */
export const helpedWords = ({ tried, helped }: Way) =>
  tried === 0 ? '–' : `${helped} of ${tried}`;

/** When it is tried: as the first, the second, or not for now. */
export function turnWords({ order, restingUntil }: Way, now: number): string {
  if (restingUntil !== null && Date.parse(restingUntil) > now) {
    return `Rests until ${formatMoment(restingUntil, now)}`;
  }
  return order === 1 ? 'First' : `As number ${order}`;
}

export const OUTCOME_WORDS: Readonly<Record<RecoveryAttempt['outcome'], string>> = {
  helped: 'Helped',
  failed: 'Did not help',
  skipped: 'Left out',
};
