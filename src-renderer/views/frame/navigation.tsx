import { Badge, Box, NavLink, Text, Title } from '@mantine/core';
import {
  type Icon,
  IconBooks,
  IconBox,
  IconChartBar,
  IconCloudDownload,
  IconDatabase,
  IconHeartbeat,
  IconListDetails,
  IconMessageCircle,
  IconSettings,
  IconWorldSearch,
} from '@tabler/icons-react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { attentionWords, needsAttention } from '../../format/health.ts';
import { counted } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import type { Screen } from '../../stores/navigation-store.ts';
import { openRequests } from '../../stores/requests-store.ts';
import { followSearch } from '../../stores/search-route.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './frame.module.css';

const SCREENS: readonly { readonly screen: Screen; readonly label: string; readonly icon: Icon }[] =
  [
    { screen: 'library', label: 'Library', icon: IconBooks },
    { screen: 'try', label: 'Try it', icon: IconMessageCircle },
    { screen: 'discover', label: 'Discover', icon: IconWorldSearch },
    { screen: 'downloads', label: 'Downloads', icon: IconCloudDownload },
    { screen: 'requests', label: 'Requests', icon: IconListDetails },
    { screen: 'health', label: 'Health', icon: IconHeartbeat },
    { screen: 'storage', label: 'Storage', icon: IconDatabase },
    { screen: 'activity', label: 'Activity', icon: IconChartBar },
    { screen: 'settings', label: 'Settings', icon: IconSettings },
  ];

export function Navigation() {
  const stores = useStores();
  const screen = useSlice('navigation', (state) => state.screen);
  const troubled = useSlice('health', ({ health }) => {
    return (loadedValue(health)?.items ?? []).filter(needsAttention).length;
  });
  const open = useSlice('requests', openRequests);
  const free = useSlice('system', ({ info }) => loadedValue(info)?.hardware.freeDiskBytes);
  const show = (next: Screen) => {
    const { go } = stores.navigation.getState();
    go(next);
    if (next === 'discover' && screen === 'discover') followSearch(stores, '');
  };
  return (
    <>
      <Box className={classes.brand}>
        <IconBox size={24} stroke={1.8} className={classes.brandMark ?? ''} aria-hidden />
        <Title order={2} size="h4">
          Larder
        </Title>
      </Box>
      {SCREENS.map(({ screen: target, label, icon: Glyph }) => (
        <NavLink
          key={target}
          component="button"
          type="button"
          className={classes.link ?? ''}
          active={screen === target}
          {...(screen === target && { 'aria-current': 'page' as const })}
          label={label}
          leftSection={<Glyph size={19} stroke={1.7} />}
          rightSection={<Count screen={target} troubled={troubled} open={open} />}
          onClick={() => show(target)}
        />
      ))}
      <Box className={classes.foot}>
        <Text size="xs" c="dimmed" mb={8}>
          Coming later: updates
        </Text>
        {typeof free === 'number' && (
          <Text size="xs" c="dimmed" className="numbers">
            {formatBytes(free)} free on disk
          </Text>
        )}
      </Box>
    </>
  );
}

interface CountProps {
  readonly screen: Screen;
  /** Models that need attention. */
  readonly troubled: number;
  /** Requests that wait or run. */
  readonly open: number;
}

/** What there is to be seen to on a screen. */
function Count({ screen, troubled, open }: CountProps) {
  if (screen === 'health' && troubled > 0) {
    return (
      <Badge size="sm" circle color="red.8" aria-label={attentionWords(troubled)}>
        {troubled}
      </Badge>
    );
  }
  if (screen === 'requests' && open > 0) {
    return (
      <Badge
        size="sm"
        radius="xl"
        variant="light"
        color="gray"
        aria-label={`${counted(open, 'request')} open`}
      >
        {open}
      </Badge>
    );
  }
  return null;
}
