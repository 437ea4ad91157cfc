/** Words about a library. Pure. */
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { LibraryInfo } from '../../src-shared/domain/library.ts';
import { counted } from './words.ts';

/** `12 models, 45.0 GB of 100 GB, 120 GB free`. */
export function libraryFacts(library: LibraryInfo): string {
  const { modelCount, usedBytes, budgetBytes, freeBytes } = library;
  const used = formatBytes(usedBytes);
  const ofBudget = budgetBytes === null ? used : `${used} of ${formatBytes(budgetBytes)}`;
  const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`;
  return `${counted(modelCount, 'model')}, ${ofBudget}${free}`;
}

/** What is to be known of its state; `null` when it is simply open. */
export function libraryTrouble({ state, error, movesTo }: LibraryInfo): string | null {
  if (state === 'offline') return 'Its drive is not plugged in. Nothing is lost.';
  if (state === 'unusable') return error?.detail ?? 'It cannot be used.';
  return movesTo === null ? null : `Its models are moving to ${movesTo}.`;
}

/** The end of a path, `Disk/models`. */
export const shortFolder = (folder: string) =>
  folder.split(/[\\/]/).filter(Boolean).slice(-2).join('/') || folder;
