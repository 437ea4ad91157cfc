import type { FoundVersion } from './civitai-models.ts';
import type { HubContent } from './content.ts';
import { describeFile, type FileFacts, pointerTo } from './file-facts.ts';
import type { HubState } from './hub-state.ts';
import type { StoredPlainFile } from './plain-files.ts';
import { isLargeFile } from './repository.ts';

/** A file as the second origin knows it. */
export interface StoredObject {
  /** As in the log: `namespace/name/folder/file`, or what the route of the first origin calls it. */
  readonly file: string;
  readonly content: HubContent;
  /** Quoted. Of a file in a bucket it is no digest of anything a client knows. */
  readonly etag: string;
  readonly pointer: () => Promise<string>;
  /** The address was signed for GET alone, as S3 and R2 do: HEAD is refused. */
  readonly isGetOnly: boolean;
}

/** An object in a bucket with its place there, not yet encoded. */
interface BucketObject extends StoredObject {
  readonly path: string;
  /** Content-Disposition of its answer. */
  readonly disposition: string;
}

/** The text git holds for a large file; null for a small one. */
export function pointerOf({ lfs }: FileFacts): (() => Promise<string>) | null {
  return lfs && (() => Promise.resolve(lfs.pointer));
}

export function repositoryObject(id: string, facts: FileFacts): StoredObject {
  const { content, path, lfs } = facts;
  return {
    file: `${id}/${path}`,
    content,
    etag: `"${lfs?.xetHash ?? ''}"`,
    pointer: pointerOf(facts) ?? (() => pointerTo(content)),
    isGetOnly: false,
  };
}

export function plainObject(path: string, stored: StoredPlainFile): BucketObject {
  const { content, contentDisposition: disposition = '' } = stored;
  const etag = stored.etag ?? '"0"';
  return inBucket({ path: `/plain-files/${path}`, file: path, content, etag, disposition });
}

/** @param digest `sha256:<hex>` */
export function ollamaObject(name: string, digest: string, content: HubContent): BucketObject {
  const hex = digest.replace('sha256:', '');
  return inBucket({
    path: `/ollama/${name}/${hex}/data`,
    file: `${name}/${digest}`,
    content,
    etag: `"${hex.slice(0, 32)}-7"`,
    disposition: '',
  });
}

export function civitaiObject(
  { model, version }: FoundVersion,
  { name, content }: { readonly name: string; readonly content: HubContent },
): BucketObject {
  return inBucket({
    path: `/civitai/${version.id}/${name}`,
    file: `civitai/${model.id}/${version.id}/${name}`,
    content,
    etag: `"${version.id.toString(16).padStart(32, '0')}-9"`,
    disposition: `attachment; filename="${name.replace(/[^\x20-\x7e]|["\\]/g, '_')}"`,
  });
}

function inBucket(object: Omit<BucketObject, 'pointer' | 'isGetOnly'>): BucketObject {
  return { ...object, pointer: () => pointerTo(object.content), isGetOnly: true };
}

/** @returns the signed address that leads to the object */
export function signBucketObject(state: HubState, object: BucketObject): string {
  const path = object.path.split('/').map(encodeURIComponent).join('/');
  state.objects.set(path, object);
  return state.cdnUrl + state.signer.sign(path, object.disposition, 'presigned');
}

/**
 * Addresses signed before a restart of the hub are found by looking where they come from.
 *
 * @param path at the second origin, encoded
 */
export async function findObject(path: string, state: HubState): Promise<StoredObject | undefined> {
  const known = state.objects.get(path);
  if (known) return known;
  const [, root, ...names] = decodePath(path);
  if (root === 'cdn') return findInRepository(names, state);
  if (root === 'ollama') return findInRegistry(names, state);
  if (root === 'civitai') return findInCivitai(names, state);
  const plain = state.plain.find(names.join('/'));
  return root === 'plain-files' && plain ? plainObject(names.join('/'), plain) : undefined;
}

/** Nothing for a path that is not valid percent-encoding. */
function decodePath(path: string): readonly string[] {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}

async function findInRepository(
  [objectId = '', xetHash]: readonly string[],
  { store }: HubState,
): Promise<StoredObject | undefined> {
  const repository = store.findByObjectId(objectId);
  for (const file of repository?.commits.flatMap(({ files }) => files).filter(isLargeFile) ?? []) {
    const facts = await describeFile(file);
    if (repository && facts.lfs?.xetHash === xetHash)
      return repositoryObject(repository.definition.id, facts);
  }
  return undefined;
}

async function findInRegistry(
  [namespace, model, hex]: readonly string[],
  { ollama }: HubState,
): Promise<StoredObject | undefined> {
  const name = `${namespace}/${model}`;
  const content = await ollama.findBlob(name, `sha256:${hex}`);
  return content && ollamaObject(name, `sha256:${hex}`, content);
}

function findInCivitai(
  [id, name]: readonly string[],
  { civitai }: HubState,
): StoredObject | undefined {
  const found = civitai.findVersion(Number(id));
  const file = found?.version.files.find((candidate) => candidate.name === name);
  return found && file && civitaiObject(found, file);
}
