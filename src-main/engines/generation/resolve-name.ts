/** Which model a name means. Programs write what they like: an id, a reference, a file's name, an alias. Pure. */
import type { Alias } from '../../../src-shared/domain/generation.ts';
import type { Availability } from '../../../src-shared/domain/model.ts';

export interface NamedModel {
  readonly id: string;
  readonly name: string;
  readonly ref: string;
  readonly repository: string;
  readonly variant?: string | undefined;
  readonly availability: Availability;
}

export interface ServedModel {
  readonly id: string;
  readonly name: string;
}

export interface KnownNames {
  readonly aliases: readonly Alias[];
  readonly models: readonly NamedModel[];
  readonly served: readonly ServedModel[];
  /** The canonical id of a reference that is not tracked; `null` for what is no reference. */
  readonly idOfReference: (name: string) => string | null;
}

export interface Resolved {
  /** Models that are meant, in order: any of them is what was asked for. Never empty. */
  readonly candidates: readonly string[];
  /** Whether anything of that name is known; else the name itself is the only candidate. */
  readonly known: boolean;
}

export function resolveName(name: string, known: KnownNames): Resolved {
  const alias = known.aliases.find((one) => same(one.name, name));
  if (alias) {
    const candidates = alias.models.flatMap((model) => resolveModel(model, known) ?? model);
    return { candidates, known: true };
  }
  const found = resolveModel(name, known);
  return found ? { candidates: [found], known: true } : { candidates: [name], known: false };
}

function resolveModel(name: string, { models, served, idOfReference }: KnownNames): string | null {
  const exact = models.find(({ id }) => id === name) ?? served.find(({ id }) => id === name);
  if (exact) return exact.id;
  const alike = models
    .filter((model) => namesOf(model).some((one) => same(one, name)))
    .toSorted((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id));
  const offered = served.find((model) => same(model.name, name));
  const [first] = alike;
  if (first && (first.availability === 'available' || !offered)) return first.id;
  return offered?.id ?? idOfReference(name);
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const rank = ({ availability }: NamedModel) => (availability === 'available' ? 0 : 1);

/** Everything a model is called, so that what other programs are used to works here. */
function namesOf({ id, name, ref, repository, variant }: NamedModel): string[] {
  const short = repository.slice(repository.lastIndexOf('/') + 1);
  const bare = [repository, short, short.replace(/-gguf$/i, '')];
  const withVariant = variant
    ? bare.flatMap((one) => [`${one}:${variant}`, `${one}-${variant}`])
    : [];
  return [id, name, ref, id.slice(id.indexOf(':') + 1), ...bare, ...withVariant];
}
