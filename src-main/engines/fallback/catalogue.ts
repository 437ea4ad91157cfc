/**
 * The catalogue made ready for questions: which family a name belongs to, which of its sizes it is, how good a
 * quantisation is, how free a licence. What a person added comes first, and replaces what has the same id or name.
 */
import type {
  CatalogueData,
  Family,
  Freedom,
  ModelSize,
  Quantization,
} from '../../../src-shared/domain/catalogue.ts';

export interface Catalogue {
  readonly families: readonly Family[];
  family(id: string): Family | undefined;
  /** @param text normalised by {@link normalised} */
  familyOf(text: string, architecture: string | undefined): Family | undefined;
  /** The one that the text names, or the only one there is. */
  sizeOf(family: Family, text: string): ModelSize | undefined;
  quantization(name: string): Quantization | undefined;
  freedom(license: string): Freedom | undefined;
}

/** Names are compared in lower case, with hyphens for whatever separates, except within `q4_0`. */
export function normalised(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/(\d)_(\d)/g, '$1.$2')
    .replaceAll(/[\s_/:@]+/g, '-');
}

/** What a person added, over what is built in. */
export function mergeCatalogues(builtIn: CatalogueData, own: CatalogueData): CatalogueData {
  const ids = new Set(own.families.map(({ id }) => id));
  return {
    version: 1,
    families: [...own.families, ...builtIn.families.filter(({ id }) => !ids.has(id))],
    quantizations: [...builtIn.quantizations, ...own.quantizations],
    licenses: [...builtIn.licenses, ...own.licenses],
  };
}

export function createCatalogue(data: CatalogueData): Catalogue {
  const byName = new Map<string, Family>();
  const byArchitecture = new Map<string, Family>();
  // The first to claim a name keeps it.
  for (const family of data.families.toReversed()) {
    for (const name of family.names) byName.set(withoutHyphens(name), family);
    for (const name of family.architectures ?? []) byArchitecture.set(name.toLowerCase(), family);
  }
  const byId = new Map(data.families.map((family) => [family.id, family]));
  const pattern = patternOf(data.families.flatMap((family) => family.names));
  const sizes = new Map(data.families.map((family) => [family, sizesOf(family)]));
  const quantizations = tableOf(data.quantizations);
  const licenses = tableOf(data.licenses);

  return {
    families: data.families,
    family: (id) => byId.get(id),
    familyOf: (text, architecture) => {
      const [found] = pattern?.exec(text) ?? [];
      if (found !== undefined) return byName.get(withoutHyphens(found));
      return architecture === undefined ? undefined : byArchitecture.get(architecture);
    },
    sizeOf: (family, text) => {
      const [only, ...others] = family.models;
      const known = sizes.get(family);
      const [found] = known?.pattern?.exec(text) ?? [];
      if (found !== undefined) return known?.byName.get(withoutHyphens(found));
      return others.length === 0 ? only : undefined;
    },
    quantization: (name) => quantizations.get(name.toUpperCase()),
    freedom: (license) => licenses.get(license.toUpperCase())?.freedom,
  };
}

function sizesOf({ models }: Family) {
  const rows = models.flatMap((size) =>
    size.names.map((name): [string, ModelSize] => [withoutHyphens(name), size]),
  );
  return {
    pattern: patternOf(models.flatMap(({ names }) => names)),
    byName: new Map(rows),
  };
}

function tableOf<T extends { readonly names: readonly string[] }>(
  rows: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(rows.flatMap((row) => row.names.map((name) => [name.toUpperCase(), row])));
}

const withoutHyphens = (name: string) => normalised(name).replaceAll('-', '');

/** All names in one pattern, the longest first: `qwen2.5-coder` is not `qwen2.5`, and `qwen2` not the half of it. */
function patternOf(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  const alternatives = [...new Set(names.map(normalised))]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[^a-z0-9-]/g, '\\$&').replaceAll('-', '-?'));
  return new RegExp(`(?<![a-z0-9.])(?:${alternatives.join('|')})(?![a-z0-9]|\\.[0-9])`);
}
