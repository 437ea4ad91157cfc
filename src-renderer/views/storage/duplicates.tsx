import { Stack, Text } from '@mantine/core';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { SettingsSection } from '../../components/settings-section.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice } from '../../stores/stores-context.ts';

/** The same bytes in several files. */
export function Duplicates() {
  const duplicates = useSlice('inventory', (state) => loadedValue(state.inventory)?.duplicates);
  if (!duplicates || duplicates.length === 0) return null;
  const wasted = duplicates.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0);
  return (
    <SettingsSection title="Here more than once">
      <Text size="sm" c="dimmed" p="md" pb={0}>
        One copy of each would save {formatBytes(wasted)}. Larder does not merge files of other
        programs yet.
      </Text>
      <Stack component="ul" gap="sm" m={0} p="md" style={{ listStyle: 'none' }}>
        {duplicates.map(({ sha256, sizeBytes, places }) => (
          <li key={sha256}>
            <Text size="sm" className="numbers">
              {places.length} times {formatBytes(sizeBytes)}
            </Text>
            {places.map((place) => (
              <Text key={place} size="xs" c="dimmed" className="path">
                {place}
              </Text>
            ))}
          </li>
        ))}
      </Stack>
    </SettingsSection>
  );
}
