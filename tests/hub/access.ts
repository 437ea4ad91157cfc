import {
  redirectMoved,
  refuseAnonymous,
  refuseBadToken,
  refuseDisabled,
  refuseGated,
  refuseMissingEntry,
  refuseMissingRepository,
  refuseMissingRevision,
} from './refusal.ts';
import type { HubAccount, HubFile, HubTokens } from './repository.ts';
import {
  findCommit,
  type RepositoryStore,
  type StoredCommit,
  type StoredRepository,
} from './repository-store.ts';

/** Who asks. @throws Refusal 401 when a token is shown that nobody has. */
export function identify(authorization: string | undefined, tokens: HubTokens): HubAccount | null {
  if (authorization === undefined) return null;
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const account = token === undefined ? undefined : tokens[token];
  if (!account) throw refuseBadToken();
  return account;
}

export function canSee(repository: StoredRepository, account: HubAccount | null): boolean {
  if (!repository.definition.private) return true;
  if (account === null) return false;
  return (
    account.user === repository.author ||
    Boolean(account.canSee?.includes(repository.definition.id))
  );
}

/**
 * @param target the whole path asked for, to be redirected when the repository has moved
 * @throws Refusal when it is missing, hidden, disabled or elsewhere
 */
export function openRepository(
  store: RepositoryStore,
  id: string,
  context: { readonly account: HubAccount | null; readonly target: string },
): StoredRepository {
  const lookup = store.find(id);
  if (lookup.kind === 'missing' || !canSee(lookup.repository, context.account)) {
    throw context.account ? refuseMissingRepository() : refuseAnonymous();
  }
  const { repository } = lookup;
  if (lookup.kind === 'moved') {
    throw redirectMoved(context.target.replace(id, repository.definition.id));
  }
  if (repository.definition.disabled) throw refuseDisabled();
  return repository;
}

/** @throws Refusal when the repository is gated and the account is not admitted */
export function requireFileAccess(repository: StoredRepository, account: HubAccount | null): void {
  const { id, gated } = repository.definition;
  if (!gated || account?.user === repository.author) return;
  if (!account?.admittedTo?.includes(id)) throw refuseGated(id, account !== null);
}

export function openCommit(repository: StoredRepository, revision: string): StoredCommit {
  const commit = findCommit(repository, revision);
  if (!commit) throw refuseMissingRevision(revision);
  return commit;
}

export function openFile(commit: StoredCommit, path: string): HubFile {
  const file = commit.files.find((candidate) => candidate.path === path);
  if (!file) throw refuseMissingEntry(path, commit.id);
  return file;
}
