import { mainCommit, tagsOf } from './model-json.ts';
import { refuseInput } from './refusal.ts';
import type { StoredRepository } from './repository-store.ts';

/** The repositories a search finds, in its order. Paging is not done here. */
export function searchRepositories(
  repositories: readonly StoredRepository[],
  query: URLSearchParams,
): readonly StoredRepository[] {
  const found = repositories.filter((repository) => matchesQuery(repository, query));
  const sort = query.get('sort') ?? 'trendingScore';
  const weigh = WEIGHTS[sort];
  if (!weigh) throw refuseInput(`Unknown sort "${sort}"`);
  const sign = query.get('direction') === '1' ? -1 : 1;
  return found.toSorted((a, b) => sign * (weigh(b) - weigh(a)));
}

const WEIGHTS: Readonly<Record<string, (repository: StoredRepository) => number>> = {
  downloads: ({ definition }) => definition.downloads ?? 0,
  likes: ({ definition }) => definition.likes ?? 0,
  likes30d: ({ definition }) => definition.likes ?? 0,
  trendingScore: ({ definition }) => definition.trendingScore ?? 0,
  lastModified: (repository) => Date.parse(mainCommit(repository).date),
  createdAt: ({ createdAt }) => Date.parse(createdAt),
  num_parameters: countParameters,
  mainSize: (repository) =>
    mainCommit(repository).files.reduce((sum, { content }) => sum + content.sizeBytes, 0),
};

function countParameters({ definition }: StoredRepository): number {
  return definition.gguf?.total ?? definition.safetensors?.total ?? 0;
}

function matchesQuery(repository: StoredRepository, query: URLSearchParams): boolean {
  const { definition, author } = repository;
  const tags = tagsOf(repository);
  const wantedAuthor = query.get('author');
  const task = query.get('pipeline_tag');
  const gated = query.get('gated');
  return (
    containsWords(definition.id, query.get('search')) &&
    (wantedAuthor === null || author.toLowerCase() === wantedAuthor.toLowerCase()) &&
    (task === null || definition.pipelineTag === task) &&
    (gated === null || String(Boolean(definition.gated)) === gated) &&
    listOf(query, 'filter').every((tag) => tags.includes(tag)) &&
    (!query.has('apps') || tags.includes('gguf')) &&
    isWithin(countParameters(repository), query.get('num_parameters'))
  );
}

/** Every word must be somewhere in the name, in any letter case. */
function containsWords(id: string, search: string | null): boolean {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => id.toLowerCase().includes(word));
}

function listOf(query: URLSearchParams, name: string): readonly string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter(Boolean);
}

/** `min:6B,max:128B`; either part may be missing. */
function isWithin(count: number, bounds: string | null): boolean {
  const read = (part: string): number | null => {
    const [, digits, unit = ''] = new RegExp(`${part}:([\\d.]+)([KMBT]?)`).exec(bounds ?? '') ?? [];
    return digits === undefined ? null : Number(digits) * (UNITS[unit] ?? 1);
  };
  const min = read('min');
  const max = read('max');
  return (min === null || count >= min) && (max === null || count <= max);
}

const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };
