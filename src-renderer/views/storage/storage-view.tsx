import { Skeleton, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Volume } from '../../../src-shared/domain/storage.ts';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { VolumeBar } from '../../components/volume-bar.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { Duplicates } from './duplicates.tsx';
import { Libraries } from './libraries.tsx';
import { MakeRoom } from './make-room.tsx';
import { OtherPrograms, PROGRAMS_ID } from './other-programs.tsx';

/** What takes room, what could go, and what other programs keep. */
export function StorageView() {
  const stores = useStores();
  const free = useSlice('storage', ({ storage }) => {
    return loadedValue(storage)?.volumes.find(({ holdsLibrary }) => holdsLibrary)?.parts.free;
  });
  const scan = useSlice('inventory', (state) => loadedValue(state.inventory)?.scan.state);
  // What a scan found belongs to the picture; models may have come and gone since it was drawn.
  useEffect(() => {
    if (scan !== 'scanning') void stores.storage.getState().load();
  }, [stores, scan]);
  const note = free === undefined ? undefined : `${formatBytes(free)} free where the library is`;
  return (
    <Page title="Storage" note={note}>
      <StorageContent />
    </Page>
  );
}

function StorageContent() {
  const stores = useStores();
  const { storage, load } = useSlice('storage', (state) => state);
  if (storage.status === 'failed') {
    const { error } = storage;
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry: () => void load() })}
      />
    );
  }
  return (
    <Stack gap="xl" maw={860}>
      <SettingsSection title={disksTitle(loadedValue(storage)?.volumes.length)}>
        {storage.status === 'loading' ? (
          <Skeleton height={72} m="md" aria-busy aria-label="Measuring the disks" />
        ) : (
          storage.value.volumes.map((volume) => <Disk key={volume.id} volume={volume} />)
        )}
      </SettingsSection>
      <Libraries />
      <MakeRoom />
      <OtherPrograms />
      <Duplicates />
    </Stack>
  );
}

const disksTitle = (count = 1) => (count === 1 ? 'Disk' : 'Disks');

function Disk({ volume }: { readonly volume: Volume }) {
  const { folders, totalBytes, holdsLibrary } = volume;
  const links = useLinks();
  return (
    <Stack gap={6} p="md">
      <Text size="sm">
        {holdsLibrary ? 'A library is here.' : 'Models of other programs are here.'}{' '}
        <Text span size="sm" c="dimmed" className="path" title={folders.join('\n')}>
          {folders[0]} · {formatBytes(totalBytes)}
        </Text>
      </Text>
      <VolumeBar volume={volume} links={links} />
    </Stack>
  );
}

/** Where each part of the picture can be looked at. */
function useLinks() {
  const { navigation } = useStores();
  const { go, sortLibrary, filterHealth } = navigation.getState();
  return {
    models: {
      label: 'show the largest first',
      onOpen: () => {
        sortLibrary('size');
        go('library');
      },
    },
    partial: { label: 'show the downloads', onOpen: () => go('downloads') },
    quarantine: {
      label: 'show what was found unsafe',
      onOpen: () => {
        filterHealth('unsafe');
        go('health');
      },
    },
    programs: {
      label: 'show them',
      onOpen: () => document.getElementById(PROGRAMS_ID)?.scrollIntoView({ behavior: 'smooth' }),
    },
  };
}
