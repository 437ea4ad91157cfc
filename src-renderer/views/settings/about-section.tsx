import { Box, Button, Group } from '@mantine/core';
import type { OperationInput } from '../../../src-shared/contract/operations.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { Fact, FactList } from '../../components/fact-list.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import type { SystemInfo } from '../../stores/system-store.ts';

const FOLDERS: readonly {
  readonly place: OperationInput<'folders.open'>['place'];
  readonly label: string;
}[] = [
  { place: 'library', label: 'Open library folder' },
  { place: 'user-data', label: 'Open data folder' },
  { place: 'logs', label: 'Open logs' },
];

/** This installation and this machine. */
export function AboutSection() {
  const stores = useStores();
  const info = useSlice('system', (state) => loadedValue(state.info));
  if (!info) return null;
  return (
    <SettingsSection title="About">
      <Box px="md" py="sm">
        <Facts info={info} />
        <Group gap="xs" mt="sm">
          {FOLDERS.map(({ place, label }) => (
            <Button
              key={place}
              size="xs"
              variant="default"
              onClick={() => void run(stores, ['folders.open', { place }])}
            >
              {label}
            </Button>
          ))}
        </Group>
      </Box>
    </SettingsSection>
  );
}

function Facts({ info }: { readonly info: SystemInfo }) {
  const { version, electron, platform, libraryFolder, userDataFolder } = info;
  const { memoryBytes, videoMemoryBytes, freeDiskBytes, cpu, cores } = info.hardware;
  return (
    <FactList>
      <Fact label="Version">
        {version} ({electron ? `Electron ${electron}, ${platform}` : platform})
      </Fact>
      <Fact label="Library">{libraryFolder}</Fact>
      <Fact label="Data">{userDataFolder}</Fact>
      <Fact label="Processor">
        {cpu}, {cores} cores
      </Fact>
      <Fact label="Memory">{formatBytes(memoryBytes)}</Fact>
      <Fact label="Video memory">{sizeOrUnknown(videoMemoryBytes)}</Fact>
      <Fact label="Free disk space">{sizeOrUnknown(freeDiskBytes)}</Fact>
    </FactList>
  );
}

const sizeOrUnknown = (bytes: number | null) => (bytes === null ? 'not known' : formatBytes(bytes));
