/** What a download would do, in words. Pure. */
import type { DownloadPreview } from '../../src-shared/domain/download.ts';
import { formatBytes } from '../../src-shared/domain/format.ts';
import { counted } from './words.ts';

/** `3 files, 4.10 GB; 1.20 GB already here; fits`. */
export function describePreview(preview: DownloadPreview): string {
  const { files, sizeBytes, toFetchBytes } = preview;
  const here = Math.max(0, sizeBytes - toFetchBytes);
  return [
    `${counted(files.length, 'file')}, ${formatBytes(sizeBytes)}`,
    here > 0 &&
      (toFetchBytes === 0 ? 'all of it is here already' : `${formatBytes(here)} already here`),
    fitWords(preview),
  ]
    .filter(Boolean)
    .join('; ');
}

function fitWords({ fits, toFetchBytes, freeBytes }: DownloadPreview): string {
  if (fits) return 'fits';
  const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`;
  return `does not fit: ${formatBytes(toFetchBytes)} to fetch${free}`;
}

const HERE: Readonly<Record<DownloadPreview['files'][number]['here'], string>> = {
  no: 'to be fetched',
  partial: 'partly here',
  library: 'here already',
  'other-model': 'copied from another model',
  'other-store': 'copied from another program',
};

export function describePreviewFile(file: DownloadPreview['files'][number]): string {
  const { here, presentBytes, sizeBytes } = file;
  if (here !== 'partial') return HERE[here];
  return `${HERE.partial}, ${formatBytes(sizeBytes - presentBytes)} to be fetched`;
}
