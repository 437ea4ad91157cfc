/** What becomes of several models that are to be removed. Pure. */
import type { Model } from '../../src-shared/domain/model.ts';
import { counted } from './words.ts';

export interface RemovalPlan {
  readonly going: readonly Model[];
  /** Of those that go; files of other programs free nothing. */
  readonly bytes: number;
  /** What else there is to know, each in a sentence. */
  readonly sentences: readonly string[];
  /** What a deletion means for getting them back. */
  readonly afterwards: string;
}

/** What is kept stays. */
export function planRemoval(models: readonly Model[]): RemovalPlan {
  const kept = models.filter(({ keep }) => keep).length;
  const going = models.filter(({ keep }) => !keep);
  const shared = going.filter(({ adopted }) => adopted !== undefined).length;
  const own = going.filter(({ adopted }) => adopted === undefined);
  const bytes = own.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0);
  const sentences = [
    kept > 0 && keptWords(kept, models.length),
    shared > 0 &&
      `${counted(shared, 'model')} ${isOrAre(shared)} shared with another program, which keeps the files: only the entry in the library goes.`,
    going.length > shared && bytes === 0 && 'Nothing of them is on disk. They only leave the list.',
  ].filter((sentence) => sentence !== false);
  return { going, bytes, sentences, afterwards: afterwardsWords(own) };
}

function keptWords(kept: number, all: number): string {
  if (kept < all) return `${counted(kept, 'model')} ${isOrAre(kept)} kept and will stay.`;
  return 'All of them are kept and will stay. Choose “Do not keep” first.';
}

function afterwardsWords(models: readonly Model[]): string {
  const local = models.filter(({ source }) => source === 'local').length;
  if (local === 0) return 'They would have to be downloaded again.';
  return `Nobody knows where ${counted(local, 'model')} came from: ${local === 1 ? 'it' : 'they'} cannot be downloaded again.`;
}

const isOrAre = (count: number) => (count === 1 ? 'is' : 'are');
