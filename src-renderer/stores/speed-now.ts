import type { SettingsSnapshot } from '../../src-shared/contract/settings.ts';
import { type SpeedNow, speedAt } from '../../src-shared/domain/speed-schedule.ts';
import { type Loadable, loadedValue } from './loadable.ts';

/** What the settings allow all downloads together at `now`; `null` while they are not known. */
export function speedNow(settings: Loadable<SettingsSnapshot>, now: number): SpeedNow | null {
  const downloads = loadedValue(settings)?.values.downloads;
  return downloads ? speedAt(downloads.schedule, downloads.limitBytesPerSecond, now) : null;
}
