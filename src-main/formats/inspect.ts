/** Opens files and has their form looked at: of one by itself, or of all files of a model together. */
import { closeSync, openSync } from 'node:fs';
import { describeBundle } from './bundle.ts';
import type { BundleFile, BundlePart, BundleProblem } from './bundle-types.ts';
import { createFileSource } from './byte-source.ts';
import { checkForm, type FormQuestion } from './check-form.ts';
import type { ByteSource, FormReport, ModelMetadata } from './format.ts';
import { type CodeReport, canHoldCode, scanForCode } from './safety/scan.ts';

export interface ModelReport {
  /** By name; absent where the file could not be read. Without the names of tensors, which are many. */
  readonly forms: ReadonlyMap<string, FormReport>;
  /** Why files could not be read, by name. */
  readonly unreadable: ReadonlyMap<string, string>;
  readonly parts: readonly BundlePart[];
  readonly problems: readonly BundleProblem[];
  /** Of the largest file that says anything; parameters of all shards together. */
  readonly metadata: ModelMetadata;
}

/** @throws what the system says */
export function inspectFile(path: string, question: FormQuestion): FormReport {
  const { tensorNames: _, ...report } = withFile(path, (source) => checkForm(source, question));
  return report;
}

/** @returns `null` for files of a kind that holds no code @throws what the system says */
export function inspectCode(path: string, name: string): CodeReport | null {
  return withFile(path, (source) => (canHoldCode(name, source) ? scanForCode(source) : null));
}

/** Files that tell of others are small; more than this is not read. */
const DESCRIPTION_BYTES = 64 * 2 ** 20;
const DESCRIPTIONS = /(^|\/)(model_index\.json|config\.json|[^/]*\.index\.json)$/i;

interface NamedFile {
  readonly path: string;
  /** Path in the repository. */
  readonly name: string;
}

export function inspectModel(files: readonly NamedFile[]): ModelReport {
  const bundle: BundleFile[] = [];
  const descriptions = new Map<string, Uint8Array>();
  const unreadable = new Map<string, string>();
  for (const { path, name } of files) {
    try {
      withFile(path, (source) => {
        const report = checkForm(source, { name, depth: 'structure' });
        bundle.push({ path: name, sizeBytes: source.sizeBytes, report });
        const isDescription = DESCRIPTIONS.test(name) && source.sizeBytes <= DESCRIPTION_BYTES;
        if (isDescription) descriptions.set(name, source.read(0, source.sizeBytes));
      });
    } catch (error) {
      unreadable.set(name, (error as Error).message);
    }
  }
  const { parts, problems } = describeBundle({ files: bundle, descriptions });
  return { forms: formsOf(bundle), unreadable, parts, problems, metadata: metadataOf(bundle) };
}

function formsOf(bundle: readonly BundleFile[]): Map<string, FormReport> {
  return new Map(
    bundle.flatMap(({ path, report }) => {
      if (!report) return [];
      const { tensorNames: _, ...form } = report;
      return [[path, form] as const];
    }),
  );
}

function metadataOf(bundle: readonly BundleFile[]): ModelMetadata {
  const telling = bundle
    .filter(({ report }) => Object.keys(report?.metadata ?? {}).length > 0)
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const [largest] = telling;
  if (!largest?.report) return {};
  const { format, shard, metadata } = largest.report;
  const shards = telling.filter(({ report }) => report?.format === format && report.shard);
  if (!shard || shards.length === 0) return metadata;
  const counts = shards.map(({ report }) => report?.metadata.parameterCount ?? 0);
  return { ...metadata, parameterCount: counts.reduce((sum, count) => sum + count, 0) };
}

function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(createFileSource(file));
  } finally {
    closeSync(file);
  }
}
