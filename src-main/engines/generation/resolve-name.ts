/** Which model a name means. Programs write what they like: an id, a reference, a file's name, an alias. Pure. */
import type { Alias } from '../../../src-shared/domain/generation.ts';
import type { Availability } from '../../../src-shared/domain/model.ts';

export interface NamedModel {
  readonly id: string;
  readonly name: string;
  readonly ref: string;
  readonly repository: string;
  readonly variant?: string | undefined;
}

export interface ServedModel {
  readonly id: string;
  readonly name: string;
}

/** All that the models of a library are called, to be looked up in no time. */
export type NameIndex = ReadonlyMap<string, readonly NamedModel[]>;

export interface KnownNames {
  readonly aliases: readonly Alias[];
  readonly index: NameIndex;
  readonly served: readonly ServedModel[];
  readonly availability: (modelId: string) => Availability;
  /** The canonical id of a reference that is not tracked; `null` for what is no reference. */
  readonly idOfReference: (name: string) => string | null;
}

export interface Resolved {
  /** Models that are meant, in order: any of them is what was asked for. Never empty. */
  readonly candidates: readonly string[];
  /** Whether anything of that name is known; else the name itself is the only candidate. */
  readonly known: boolean;
}

export function createNameIndex(models: readonly NamedModel[]): NameIndex {
  const index = new Map<string, NamedModel[]>();
  for (const model of models) {
    for (const name of new Set(namesOf(model).map((one) => one.toLowerCase()))) {
      const known = index.get(name);
      if (known) known.push(model);
      else index.set(name, [model]);
    }
  }
  return index;
}

export function resolveName(name: string, known: KnownNames): Resolved {
  const alias = known.aliases.find((one) => same(one.name, name));
  if (alias) {
    const candidates = alias.models.map((model) => resolveModel(model, known) ?? model);
    return { candidates, known: true };
  }
  const found = resolveModel(name, known);
  return found ? { candidates: [found], known: true } : { candidates: [name], known: false };
}

/** An id before a name, what is here before what is not, a model of the library before one of a server. */
function resolveModel(name: string, known: KnownNames): string | null {
  const { index, served, availability, idOfReference } = known;
  const alike = index.get(name.toLowerCase()) ?? [];
  const exact = alike.find(({ id }) => id === name) ?? served.find(({ id }) => id === name);
  if (exact) return exact.id;
  const isHere = ({ id }: NamedModel) => availability(id) === 'available';
  const offered = served.find((model) => same(model.name, name));
  const best = alike.find(isHere) ?? (offered ? undefined : alike[0]);
  return best?.id ?? offered?.id ?? idOfReference(name);
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Everything a model is called, so that what other programs are used to works here. */
function namesOf({ id, name, ref, repository, variant }: NamedModel): string[] {
  const short = repository.slice(repository.lastIndexOf('/') + 1);
  const bare = [repository, short, short.replace(/-gguf$/i, '')];
  const withVariant = variant
    ? bare.flatMap((one) => [`${one}:${variant}`, `${one}-${variant}`])
    : [];
  const source = id.slice(0, id.indexOf(':') + 1);
  return [id, name, ref, id.slice(source.length), source + repository, ...bare, ...withVariant];
}
