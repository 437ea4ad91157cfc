/**
 * Unfinished downloads of other tools. Each says which of its bytes were written, none says what they
 * are, so they are taken over as doubtful: the digest of the whole file proves them, or has them fetched.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { pieceBytesFor, type Span } from '../../engines/download/pieces.ts';
import { writtenLength } from './bytes.ts';
import { hfModels, type Wanted } from './find-copy.ts';
import type { Store } from './known-stores.ts';
import { filesIn, sizeOfFile } from './look.ts';
import { joinSpans, lengthOf, pieceFronts } from './spans.ts';

export interface Unfinished {
  /** Absolute. */
  readonly path: string;
  /** In order and apart from each other. */
  readonly spans: readonly Span[];
  /** Those that can be used. */
  readonly bytes: number;
}

/** Where a file will lie in the library. */
interface Place {
  /** Absolute. */
  readonly modelFolder: string;
  /** Below the model folder. */
  readonly localPath: string;
}

/** What can be continued, with the most bytes first. Nothing for a file whose whole could not be proven. */
export async function findPartials(
  wanted: Wanted,
  stores: readonly Store[],
  place: Place,
): Promise<Unfinished[]> {
  const { sha256, sizeBytes } = wanted;
  if (!sha256) return [];
  const inStores = stores.map(async ({ kind, folder }) => {
    if (kind === 'ollama') return [await inOllama(folder, sha256, sizeBytes)];
    return kind === 'hf-cache' ? readFronts(await hfFronts(folder, sha256), sizeBytes) : [];
  });
  const inPlace = readFronts(await frontsInPlace(sha256, place), sizeBytes);
  const found = (await Promise.all([inPlace, ...inStores])).flat();
  return found
    .flatMap((one) => (one && one.bytes > 0 ? [one] : []))
    .sort((a, b) => b.bytes - a.bytes);
}

/** A file written from its start to wherever it ends, and the folder it must really lie in. */
interface Front {
  readonly root: string;
  readonly file: string;
}

/** `<digest>.incomplete`, or `<digest>.<8 hex>.incomplete`. */
async function hfFronts(folder: string, sha256: string): Promise<Front[]> {
  const models = (await hfModels(folder)).map((model) => path.join(folder, model, 'blobs'));
  const fronts = models.map(async (blobs) => {
    const names = (await filesIn(blobs)).filter((name) => name.startsWith(`${sha256}.`));
    return names.map((name) => ({ root: folder, file: path.join(blobs, name) }));
  });
  return (await Promise.all(fronts)).flat().filter(({ file }) => file.endsWith(INCOMPLETE));
}

async function frontsInPlace(sha256: string, place: Place): Promise<Front[]> {
  const { modelFolder, localPath } = place;
  // `hf download --local-dir` keeps its own below the folder it fills.
  const hfFolder = path.join(modelFolder, '.cache/huggingface/download', path.dirname(localPath));
  const hfNames = (await filesIn(hfFolder)).filter((name) =>
    name.endsWith(`.${sha256}${INCOMPLETE}`),
  );
  const target = path.join(modelFolder, localPath);
  const others = await filesIn(path.dirname(target));
  // With a control file beside it, only that one tells which bytes were written.
  const hasControl = others.some(
    (name) => name.startsWith(path.basename(target)) && name.endsWith('.aria2'),
  );
  const files = [
    ...hfNames.map((name) => path.join(hfFolder, name)),
    ...(hasControl ? [] : [`${target}.part`, `${target}.partial`]),
  ];
  return files.map((file) => ({ root: modelFolder, file }));
}

const INCOMPLETE = '.incomplete';

const readFronts = (fronts: readonly Front[], sizeBytes: number) =>
  Promise.all(fronts.map((front) => readFront(front, sizeBytes)));

async function readFront({ root, file }: Front, sizeBytes: number): Promise<Unfinished | null> {
  const length = await sizeOfFile(root, file);
  if (length === null || length > sizeBytes) return null;
  const to = await writtenLength(file, length, pieceBytesFor(sizeBytes));
  return unfinished(file, [{ from: 0, to }], { sizeBytes, length });
}

/** Ollama's record of one stretch of a blob, `sha256-<digest>-partial-<number>`. */
const ollamaPart = z.object({
  Offset: z.number().int().nonnegative(),
  Size: z.number().int().nonnegative(),
  Completed: z.number().int().nonnegative(),
});

async function inOllama(
  folder: string,
  sha256: string,
  sizeBytes: number,
): Promise<Unfinished | null> {
  const name = `sha256-${sha256}-partial`;
  const blobs = path.join(folder, 'blobs');
  const file = path.join(blobs, name);
  const length = await sizeOfFile(folder, file);
  if (length === null || length > sizeBytes) return null;
  const records = (await filesIn(blobs)).filter((other) => other.startsWith(`${name}-`));
  const spans = await Promise.all(records.map((record) => ollamaSpan(path.join(blobs, record))));
  return unfinished(file, spans.flat(), { sizeBytes, length });
}

async function ollamaSpan(record: string): Promise<Span[]> {
  try {
    const { Offset, Size, Completed } = ollamaPart.parse(
      JSON.parse(await readFile(record, 'utf8')),
    );
    return Completed <= Size ? [{ from: Offset, to: Offset + Completed }] : [];
  } catch {
    return [];
  }
}

/** @param length of the partial file, where the spans end at the latest */
function unfinished(
  file: string,
  claimed: readonly Span[],
  { sizeBytes, length }: { readonly sizeBytes: number; readonly length: number },
): Unfinished {
  const spans = joinSpans(claimed, length);
  const pieceBytes = pieceBytesFor(sizeBytes);
  return { path: file, spans, bytes: lengthOf(pieceFronts({ pieceBytes }, spans)) };
}
