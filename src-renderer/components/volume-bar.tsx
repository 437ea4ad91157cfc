import { Group, Text } from '@mantine/core';
import { formatBytes } from '../../src-shared/domain/format.ts';
import { VOLUME_PARTS, type Volume } from '../../src-shared/domain/storage.ts';
import { PART_WORDS } from '../format/storage.ts';
import classes from './volume-bar.module.css';

/** What takes room on one disk, drawn to scale; the words below say the same. */
export function VolumeBar({ volume }: { readonly volume: Volume }) {
  const shown = VOLUME_PARTS.filter((part) => volume.parts[part] > 0);
  const words = shown.map((part) => `${PART_WORDS[part]} ${formatBytes(volume.parts[part])}`);
  return (
    <div>
      <div className={classes.bar} role="img" aria-label={words.join(', ')}>
        {shown.map((part) => (
          <div
            key={part}
            className={classes.part}
            data-part={part}
            style={{ flexGrow: volume.parts[part] / volume.totalBytes }}
            title={`${PART_WORDS[part]}: ${formatBytes(volume.parts[part])}`}
          />
        ))}
      </div>
      <Group gap="md" mt={8} aria-hidden>
        {shown.map((part) => (
          <Group key={part} gap={6} wrap="nowrap">
            <span className={classes.swatch} data-part={part} />
            <Text size="xs" c="dimmed" className="numbers">
              {PART_WORDS[part]} {formatBytes(volume.parts[part])}
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}
