/** When models are due to be proven again, and what the background check reads next. Pure. */
import type { Manifest, ManifestFile } from '../../../src-shared/domain/model.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export const wantedFiles = ({ files }: Manifest): ManifestFile[] =>
  files.filter(({ excluded }) => !excluded);

/** When the least recently proven file was proven; `null` while any never was. */
export function lastProvenAt(manifest: Manifest): string | null {
  const dates = wantedFiles(manifest).map(({ provenAt }) => provenAt ?? '');
  return dates.sort()[0] || null;
}

export function provenBytes(manifest: Manifest, damaged: ReadonlySet<string>): number {
  const proven = wantedFiles(manifest).filter(
    ({ path, provenAt }) => provenAt && !damaged.has(path),
  );
  return proven.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Files that were never proven are due at once. `null` for what is not installed. */
export function nextDueAt(manifest: Manifest, dueDays: number): string | null {
  if (!manifest.installedAt || manifest.quarantine) return null;
  const last = lastProvenAt(manifest) ?? manifest.installedAt;
  const isUnproven = lastProvenAt(manifest) === null;
  return new Date(Date.parse(last) + (isUnproven ? 0 : dueDays * DAY_MS)).toISOString();
}

export interface DueFile {
  readonly manifest: Manifest;
  readonly file: ManifestFile;
}

export interface DueContext {
  readonly now: number;
  readonly dueDays: number;
  /** Nothing new is learned of files that are known to be wrong. */
  readonly isDamaged: (modelId: string, path: string) => boolean;
}

/** The least recently proven bytes first, among those that are due. */
export function nextDueFile(manifests: readonly Manifest[], context: DueContext): DueFile | null {
  const before = new Date(context.now - context.dueDays * DAY_MS).toISOString();
  const due = manifests
    .filter(({ installedAt, quarantine }) => installedAt && !quarantine)
    .flatMap((manifest) =>
      wantedFiles(manifest)
        .filter(({ path, provenAt = '' }) => {
          return provenAt <= before && !context.isDamaged(manifest.id, path);
        })
        .map((file) => ({ manifest, file })),
    );
  const [oldest] = due.toSorted((a, b) => order(a.file, b.file));
  return oldest ?? null;
}

function order(a: ManifestFile, b: ManifestFile): number {
  const [first, second] = [a.provenAt ?? '', b.provenAt ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
