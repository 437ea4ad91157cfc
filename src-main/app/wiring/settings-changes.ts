/** A setting that changes takes effect at once: whoever holds on to its old value is told. */
import type { LibraryHost } from '../../library/library-host.ts';
import type { Discover } from '../../operations/discover.ts';
import type { SettingsStore } from '../../stores/settings.ts';

interface Followers {
  readonly settings: SettingsStore;
  readonly host: LibraryHost;
  readonly libraryFolder: () => string;
  readonly reschedule: () => void;
  readonly discover: Discover;
}

export function followSettings(followers: Followers): void {
  const { settings, host, libraryFolder, reschedule, discover } = followers;
  settings.onChange((changed) => {
    if (changed.includes('library.folder')) void host.use(libraryFolder());
    if (changed.some((key) => key.startsWith('downloads.'))) reschedule();
    if (changed.some((key) => key.startsWith('hub.'))) discover.forget();
  });
}
