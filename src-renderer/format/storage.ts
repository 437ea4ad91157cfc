/** Words of the storage view. Pure. */
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { FoundModel, Scan } from '../../src-shared/domain/inventory.ts';
import type { VolumePart } from '../../src-shared/domain/storage.ts';
import { counted } from './words.ts';

export const PART_WORDS: Readonly<Record<VolumePart, string>> = {
  models: 'Models',
  partial: 'Unfinished downloads',
  versions: 'Earlier versions',
  quarantine: 'Set aside',
  programs: 'Models of other programs',
  rest: 'Everything else',
  free: 'Free',
};

/** What a search for the models of other programs does now; `null` when it rests. */
export function scanWords(scan: Scan): string | null {
  if (scan.state === 'scanning') return `Looking: ${counted(scan.filesSeen, 'file')} seen`;
  if (scan.state === 'identifying' && scan.bytesToIdentify > 0) {
    const { bytesIdentified, bytesToIdentify } = scan;
    if (scan.isWaiting) {
      const left = formatBytes(bytesToIdentify - bytesIdentified);
      return `Will read ${left} more to know what it is, while the computer is idle and on mains power`;
    }
    return `Reading files whose name does not tell what they are: ${formatBytes(bytesIdentified)} of ${formatBytes(bytesToIdentify)}`;
  }
  return null;
}

/** What stands in the way of using a found model; `null` when nothing does. */
export function lackWords({ lacks }: FoundModel): string | null {
  const [first] = lacks;
  if (first === undefined) return null;
  return lacks.length === 1
    ? `Lacks ${first}`
    : `Lacks ${first} and ${counted(lacks.length - 1, 'more file')}`;
}
