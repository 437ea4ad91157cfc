import { describeFile } from './file-facts.ts';
import { refuseInput } from './refusal.ts';
import type { JsonObject } from './repository.ts';
import { lastOf, type StoredCommit, type StoredRepository } from './repository-store.ts';

/** Keys a client may ask for with `expand`. */
const EXPANDABLE = [
  'author',
  'baseModels',
  'cardData',
  'childrenModelCount',
  'config',
  'createdAt',
  'disabled',
  'downloads',
  'downloadsAllTime',
  'gated',
  'gguf',
  'inference',
  'inferenceProviderMapping',
  'lastModified',
  'library_name',
  'likes',
  'mask_token',
  'model-index',
  'pipeline_tag',
  'private',
  'resourceGroup',
  'safetensors',
  'sha',
  'siblings',
  'spaces',
  'tags',
  'transformersInfo',
  'trendingScore',
  'usedStorage',
  'widgetData',
  'xetEnabled',
] as const;

const LISTED = [
  'likes',
  'downloads',
  'tags',
  'pipeline_tag',
  'library_name',
  'private',
  'createdAt',
];
const LISTED_IN_FULL = ['author', 'sha', 'lastModified', 'gated', 'disabled', 'siblings'];
const TOLD_ALWAYS = [
  'author',
  'sha',
  'lastModified',
  'createdAt',
  'private',
  'disabled',
  'gated',
  'downloads',
  'likes',
  'tags',
  'pipeline_tag',
  'library_name',
  'cardData',
  'config',
  'gguf',
  'safetensors',
  'siblings',
  'spaces',
  'usedStorage',
];

/** The answer to a question about one repository at one commit. */
export async function describeModel(
  repository: StoredRepository,
  commit: StoredCommit,
  query: URLSearchParams,
): Promise<JsonObject> {
  const withBlobs = query.get('blobs') === 'true';
  const all = await modelFields(repository, commit, withBlobs);
  const identity = { _id: repository.objectId, id: repository.definition.id };
  const expand = readExpand(query);
  if (expand.length > 0) return { ...identity, ...pick(all, expand) };
  const security = query.get('securityStatus') === 'true' ? SCANNED : {};
  return { ...identity, modelId: repository.definition.id, ...pick(all, TOLD_ALWAYS), ...security };
}

/** One entry of a search. */
export async function describeListed(
  repository: StoredRepository,
  query: URLSearchParams,
): Promise<JsonObject> {
  const all = await modelFields(repository, mainCommit(repository), false);
  const identity = { _id: repository.objectId, id: repository.definition.id };
  const expand = readExpand(query);
  if (expand.length > 0) return { ...identity, ...pick(all, expand) };
  const extra = ['config', 'cardData'].filter((key) => query.get(key) === 'true');
  const keys = [...LISTED, ...(query.get('full') === 'true' ? LISTED_IN_FULL : []), ...extra];
  return { ...identity, modelId: repository.definition.id, ...pick(all, keys) };
}

/** The commit `main` points at. */
export function mainCommit(repository: StoredRepository): StoredCommit {
  const onMain = repository.commits.filter(({ branches }) => branches.includes('main'));
  return lastOf(onMain.length > 0 ? onMain : repository.commits);
}

export function tagsOf({ definition }: StoredRepository): readonly string[] {
  const { libraryName, pipelineTag, license, tags = [], gguf, safetensors } = definition;
  const derived = [
    libraryName,
    gguf && 'gguf',
    safetensors && 'safetensors',
    pipelineTag,
    license && `license:${license}`,
    'region:us',
  ].filter((tag): tag is string => Boolean(tag));
  return [...new Set([...tags, ...derived])];
}

const SCANNED = { securityRepoStatus: { scansDone: true, filesWithIssues: [] } };

async function modelFields(
  repository: StoredRepository,
  commit: StoredCommit,
  withBlobs: boolean,
): Promise<JsonObject> {
  const { definition, author, createdAt } = repository;
  const { license, libraryName, pipelineTag, cardData } = definition;
  return {
    author,
    sha: commit.id,
    lastModified: commit.date,
    createdAt,
    private: definition.private ?? false,
    disabled: definition.disabled ?? false,
    gated: definition.gated ?? false,
    downloads: definition.downloads ?? 0,
    downloadsAllTime: (definition.downloads ?? 0) * 7,
    likes: definition.likes ?? 0,
    trendingScore: definition.trendingScore ?? 0,
    tags: tagsOf(repository),
    pipeline_tag: pipelineTag,
    library_name: libraryName,
    cardData: cardData ?? { license, library_name: libraryName, pipeline_tag: pipelineTag },
    config: definition.config,
    gguf: definition.gguf,
    safetensors: definition.safetensors,
    siblings: await Promise.all(commit.files.map((file) => describeSibling(file, withBlobs))),
    spaces: [],
    usedStorage: commit.files.reduce((sum, { content }) => sum + content.sizeBytes, 0),
    xetEnabled: true,
  };
}

async function describeSibling(file: StoredCommit['files'][number], withBlobs: boolean) {
  if (!withBlobs) return { rfilename: file.path };
  const { oid, sizeBytes, lfs } = await describeFile(file);
  const facts = { rfilename: file.path, size: sizeBytes, blobId: oid };
  if (!lfs) return facts;
  const { sha256, pointer } = lfs;
  return { ...facts, lfs: { sha256, size: sizeBytes, pointerSize: pointer.length } };
}

/** `expand=a&expand=b`, also written `expand[]=a`. @throws Refusal 400 for an unknown key */
function readExpand(query: URLSearchParams): readonly string[] {
  const keys = [...query.getAll('expand'), ...query.getAll('expand[]')];
  const unknown = keys.find((key) => !(EXPANDABLE as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw refuseInput(`Unknown expand key "${unknown}", must be one of ${EXPANDABLE.join(', ')}`);
  }
  return keys;
}

function pick(fields: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]),
  );
}
