import { createHash } from 'node:crypto';
import type { HubCommit, HubFile, HubRepository } from './repository.ts';

/** One commit as the hub keeps it: nothing left open. */
export interface StoredCommit {
  readonly id: string;
  readonly title: string;
  readonly date: string;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  readonly files: readonly HubFile[];
}

export interface StoredRepository {
  readonly definition: HubRepository;
  /** Stays the same when the repository is renamed; 24 hex digits. */
  readonly objectId: string;
  readonly author: string;
  readonly createdAt: string;
  /** Oldest first, never empty. */
  readonly commits: readonly StoredCommit[];
}

type RepositoryLookup =
  | { readonly kind: 'found'; readonly repository: StoredRepository }
  | { readonly kind: 'moved'; readonly repository: StoredRepository }
  | { readonly kind: 'missing' };

export interface RepositoryStore {
  all(): readonly StoredRepository[];
  /** Adds, or replaces the repository of the same id. */
  add(repository: HubRepository): void;
  remove(id: string): void;
  /** A new commit on top; it takes `main` unless it names branches. Returns its id. */
  pushCommit(id: string, commit: HubCommit): string;
  /** Another letter case, or a former name, is `moved`. */
  find(id: string): RepositoryLookup;
  findByObjectId(objectId: string): StoredRepository | undefined;
}

const FIRST_DAY = Date.parse('2025-01-06T09:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;

export function createRepositoryStore(initial: readonly HubRepository[]): RepositoryStore {
  const repositories = new Map<string, StoredRepository>();
  const add = (definition: HubRepository): void => {
    repositories.set(definition.id, storeRepository(definition));
  };
  initial.forEach(add);
  const findMoved = (id: string): StoredRepository | undefined =>
    [...repositories.values()].find(
      ({ definition }) =>
        definition.id.toLowerCase() === id.toLowerCase() || definition.formerIds?.includes(id),
    );
  return {
    all: () => [...repositories.values()],
    add,
    remove: (id) => void repositories.delete(id),
    pushCommit(id, commit) {
      const present = repositories.get(id);
      if (!present) throw new Error(`no repository ${id}`);
      const branches = commit.branches ?? ['main'];
      add({ ...present.definition, commits: [...present.commits, { ...commit, branches }] });
      return lastOf(repositories.get(id)?.commits ?? []).id;
    },
    find(id) {
      const exact = repositories.get(id);
      if (exact) return { kind: 'found', repository: exact };
      const moved = findMoved(id);
      return moved ? { kind: 'moved', repository: moved } : { kind: 'missing' };
    },
    findByObjectId: (objectId) =>
      [...repositories.values()].find((repository) => repository.objectId === objectId),
  };
}

/** The commit a branch, tag or full commit id names. */
export function findCommit(
  repository: StoredRepository,
  revision: string,
): StoredCommit | undefined {
  const name = revision === 'HEAD' ? 'main' : revision.replace(/^refs\/(heads|tags)\//, '');
  const newestFirst = repository.commits.toReversed();
  return newestFirst.find(
    ({ id, branches, tags }) => id === name || branches.includes(name) || tags.includes(name),
  );
}

/** Branch name → commit id; where two commits claim a branch the later one has it. */
export function listBranches(repository: StoredRepository): ReadonlyMap<string, string> {
  return new Map(repository.commits.flatMap(({ id, branches }) => branches.map((b) => [b, id])));
}

export function lastOf<T>(items: readonly T[]): T {
  const last = items.at(-1);
  if (last === undefined) throw new Error('a repository needs at least one commit');
  return last;
}

function storeRepository(definition: HubRepository): StoredRepository {
  const createdAt = definition.createdAt ?? new Date(FIRST_DAY).toISOString();
  const claimed = definition.commits.some(({ branches }) => branches?.includes('main'));
  const commits = definition.commits.map((commit, index) => {
    const isLast = index === definition.commits.length - 1;
    return storeCommit(definition.id, commit, { index, isMain: isLast && !claimed, createdAt });
  });
  lastOf(commits);
  return {
    definition,
    objectId: sha1(`object ${definition.formerIds?.[0] ?? definition.id}`).slice(0, 24),
    author: definition.id.split('/')[0] ?? '',
    createdAt,
    commits,
  };
}

function storeCommit(
  repositoryId: string,
  commit: HubCommit,
  place: { readonly index: number; readonly isMain: boolean; readonly createdAt: string },
): StoredCommit {
  const title = commit.title ?? (place.index === 0 ? 'Add the model' : 'Update the model');
  const branches = [...(commit.branches ?? []), ...(place.isMain ? ['main'] : [])];
  const names = commit.files.map(({ path, content }) => `${path} ${content.sizeBytes}`).join('\n');
  return {
    id: commit.id ?? sha1(`${repositoryId}\n${place.index}\n${title}\n${names}`),
    title,
    date: commit.date ?? new Date(Date.parse(place.createdAt) + place.index * DAY_MS).toISOString(),
    branches,
    tags: commit.tags ?? [],
    files: commit.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
