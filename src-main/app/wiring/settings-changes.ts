/** A setting that changes takes effect at once: whoever holds on to its old value is told. */
import type { Libraries } from '../../library/libraries.ts';
import type { Discover } from '../../operations/discover.ts';
import type { SettingsStore } from '../../stores/settings.ts';

interface Followers {
  readonly settings: SettingsStore;
  readonly libraries: Pick<Libraries, 'follow'>;
  readonly reschedule: () => void;
  readonly discover: Discover;
  readonly rules: { look(): Promise<void> };
}

export function followSettings(followers: Followers): void {
  const { settings, libraries, reschedule, discover, rules } = followers;
  settings.onChange((changed) => {
    if (changed.some((key) => key.startsWith('library.'))) void libraries.follow();
    if (changed.some((key) => key.startsWith('downloads.'))) reschedule();
    if (changed.some((key) => key === 'storage.rules' || key === 'storage.followRules')) {
      void rules.look();
    }
    if (changed.some((key) => key.startsWith('hub.'))) discover.forget();
  });
}
