/** What is wrong with a name that programs use. Pure. */
import type { Alias } from '../../src-shared/domain/generation.ts';

/** It has a name and a model to stand for. */
export const isComplete = ({ name, models }: Alias) => name !== '' && models.length > 0;

/** @returns a sentence, or `null` when nothing is wrong with the alias at this place */
export function aliasProblem(aliases: readonly Alias[], place: number): string | null {
  const name = aliases[place]?.name ?? '';
  if (/\s/.test(name)) return 'A name has no spaces.';
  const first = aliases.findIndex((alias) => alias.name === name);
  return name !== '' && first < place ? 'This name is there already.' : null;
}
