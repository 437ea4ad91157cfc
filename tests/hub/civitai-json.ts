import type { CivitaiFile, CivitaiModel, CivitaiVersion, FoundVersion } from './civitai-models.ts';
import { hashesOf } from './civitai-models.ts';
import type { JsonObject } from './repository.ts';

const KIB = 1024;
const SCANNED = { pickleScanResult: 'Success', virusScanResult: 'Success' };
const FIRST_DAY = '2025-01-06T09:00:00.000Z';

/** @param hubUrl of the origin that answers downloads */
export async function describeCivitaiModel(
  model: CivitaiModel,
  hubUrl: string,
): Promise<JsonObject> {
  const { id, name, nsfw = false, tags = [], description = '' } = model;
  const versions = model.versions.map((version) => describeOwn({ model, version }, hubUrl));
  return {
    id,
    name,
    description: `<p>${description}</p>`,
    type: typeOf(model),
    poi: false,
    nsfw,
    allowNoCredit: true,
    creator: { username: model.creator ?? 'larder', image: null },
    tags,
    mode: model.versions.every(({ archived }) => archived) ? 'Archived' : null,
    stats: { downloadCount: 1000 + id, thumbsUpCount: id, commentCount: 0 },
    modelVersions: await Promise.all(versions),
  };
}

/** Asked for by itself, a version says which model it is of. */
export async function describeCivitaiVersion(
  found: FoundVersion,
  hubUrl: string,
): Promise<JsonObject> {
  const { id, name, nsfw = false } = found.model;
  return {
    ...(await describeOwn(found, hubUrl)),
    modelId: id,
    model: { name, type: typeOf(found.model), nsfw, poi: false },
  };
}

const typeOf = ({ type = 'Checkpoint' }: CivitaiModel): string => type;

async function describeOwn({ version }: FoundVersion, hubUrl: string): Promise<JsonObject> {
  const { id, name, createdAt = FIRST_DAY, baseModel = 'Other', earlyAccessUntil } = version;
  return {
    id,
    name,
    createdAt,
    updatedAt: createdAt,
    publishedAt: createdAt,
    status: 'Published',
    availability: earlyAccessUntil === undefined ? 'Public' : 'EarlyAccess',
    earlyAccessEndsAt: earlyAccessUntil ?? null,
    baseModel,
    trainedWords: [],
    description: null,
    stats: { downloadCount: 1000 + id, thumbsUpCount: 0 },
    files: await Promise.all(
      version.files.map((file, index) => describeFile(version, file, { index, hubUrl })),
    ),
    images: [],
    downloadUrl: downloadUrl(version, hubUrl),
  };
}

/** The size is told in whole KiB, so it cannot be compared with a length. */
async function describeFile(
  version: CivitaiVersion,
  file: CivitaiFile,
  place: { readonly index: number; readonly hubUrl: string },
): Promise<JsonObject> {
  const { name, type = 'Model', content, size, fp } = file;
  const base = downloadUrl(version, place.hubUrl);
  const isPrimary = place.index === 0;
  return {
    id: version.id * 10 + place.index,
    sizeKB: Math.round(content.sizeBytes / KIB),
    name,
    type,
    ...SCANNED,
    pickleScanMessage: 'No Pickle imports',
    virusScanMessage: null,
    scannedAt: version.createdAt ?? FIRST_DAY,
    metadata: { format: formatOf(file), size: size ?? null, fp: fp ?? null },
    hashes: await hashesOf(content),
    ...(isPrimary ? { primary: true } : {}),
    downloadUrl: isPrimary ? base : `${base}?${choiceOf(file)}`,
  };
}

/** The file a download means: the first that has all that is asked for. */
export function chooseCivitaiFile(
  { files }: CivitaiVersion,
  asked: URLSearchParams,
): CivitaiFile | undefined {
  return files.find((file) => {
    const own = choiceOf(file);
    return [...own.keys()].every((key) => (asked.get(key) ?? own.get(key)) === own.get(key));
  });
}

function choiceOf(file: CivitaiFile): URLSearchParams {
  const { type = 'Model', size, fp } = file;
  return new URLSearchParams({
    type,
    format: formatOf(file),
    ...(size === undefined ? {} : { size }),
    ...(fp === undefined ? {} : { fp }),
  });
}

function formatOf({ format, name }: CivitaiFile): string {
  if (format !== undefined) return format;
  if (name.endsWith('.safetensors')) return 'SafeTensor';
  return name.endsWith('.gguf') ? 'GGUF' : 'Other';
}

const downloadUrl = ({ id }: CivitaiVersion, hubUrl: string): string =>
  `${hubUrl}/api/download/models/${id}`;
