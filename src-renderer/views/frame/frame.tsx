import { AppShell } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { ActivityView } from '../activity/activity-view.tsx';
import { DiscoverView } from '../discover/discover-view.tsx';
import { DownloadsView } from '../downloads/downloads-view.tsx';
import { HealthView } from '../health/health-view.tsx';
import { LibraryView } from '../library/library-view.tsx';
import { RequestsView } from '../requests/requests-view.tsx';
import { SettingsView } from '../settings/settings-view.tsx';
import { StorageView } from '../storage/storage-view.tsx';
import { TryView } from '../try/try-view.tsx';
import { AlertBanners } from './alert-banners.tsx';
import { Announcer } from './announcer.tsx';
import { DownloadShelf } from './download-shelf.tsx';
import classes from './frame.module.css';
import { Navigation } from './navigation.tsx';
import { Notices } from './notices.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import { SearchBox } from './search-box.tsx';
import { TokenDialog } from './token-dialog.tsx';

const VIEWS = {
  library: LibraryView,
  try: TryView,
  discover: DiscoverView,
  downloads: DownloadsView,
  requests: RequestsView,
  health: HealthView,
  storage: StorageView,
  activity: ActivityView,
  settings: SettingsView,
} as const;

/** What is around every screen: navigation, search, downloads, alerts, notices. */
export function Frame() {
  const stores = useStores();
  const View = VIEWS[useSlice('navigation', ({ screen }) => screen)];
  useHotkeys([['mod+K', () => stores.navigation.getState().focusSearch()]], []);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: 0 }}
      padding={0}
      layout="alt"
      transitionDuration={0}
    >
      <AppShell.Header className={classes.header}>
        <SearchBox />
        <DownloadShelf />
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main className={classes.main}>
        <AlertBanners />
        <div className={classes.view}>
          <View />
        </div>
      </AppShell.Main>
      <Notices />
      <Announcer />
      <TokenDialog />
      <QuestionDialog />
    </AppShell>
  );
}
