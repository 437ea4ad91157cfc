/** The disks that hold the libraries that are open. */
import type { Libraries } from '../../library/libraries.ts';
import { isOfLibrary } from '../../library/parts-of-libraries.ts';
import { volumeOf } from '../../platform/disk-space.ts';
import type { LibraryDisk } from './low-space.ts';

export async function disksOf(libraries: Libraries): Promise<LibraryDisk[]> {
  const disks = new Map<string, LibraryDisk>();
  for (const library of libraries.opened()) {
    const { folder } = library;
    const volume = await volumeOf(folder).catch(() => null);
    if (!volume) continue;
    const known = disks.get(volume.id);
    const takes = (downloadId: string) =>
      isOfLibrary(libraries, library, downloadId) || (known?.takes(downloadId) ?? false);
    disks.set(volume.id, { folder: known?.folder ?? folder, freeBytes: volume.freeBytes, takes });
  }
  return [...disks.values()];
}
