import { Group, Text, UnstyledButton } from '@mantine/core';
import { formatBytes } from '../../src-shared/domain/format.ts';
import { VOLUME_PARTS, type Volume, type VolumePart } from '../../src-shared/domain/storage.ts';
import { PART_WORDS } from '../format/storage.ts';
import classes from './volume-bar.module.css';

interface VolumeBarProps {
  readonly volume: Volume;
  /** Parts that lead somewhere, with what they lead to in words. */
  readonly links: Partial<
    Record<VolumePart, { readonly label: string; readonly onOpen: () => void }>
  >;
}

/** What takes room on one disk, drawn to scale; the words below say the same, and lead to it. */
export function VolumeBar({ volume, links }: VolumeBarProps) {
  const shown = VOLUME_PARTS.filter((part) => volume.parts[part] > 0);
  const words = shown.map((part) => `${PART_WORDS[part]} ${formatBytes(volume.parts[part])}`);
  return (
    <div>
      <div className={classes.bar} role="img" aria-label={words.join(', ')}>
        {shown.map((part) => {
          const look = {
            className: classes.part,
            'data-part': part,
            style: { flexGrow: volume.parts[part] / volume.totalBytes },
            title: `${PART_WORDS[part]}: ${formatBytes(volume.parts[part])}`,
          };
          const link = links[part];
          // The words below lead there by keyboard too.
          return link ? (
            <button key={part} {...look} type="button" tabIndex={-1} onClick={link.onOpen} />
          ) : (
            <div key={part} {...look} />
          );
        })}
      </div>
      <Group gap="md" mt={8}>
        {shown.map((part) => (
          <Legend key={part} part={part} bytes={volume.parts[part]} link={links[part]} />
        ))}
      </Group>
    </div>
  );
}

interface LegendProps {
  readonly part: VolumePart;
  readonly bytes: number;
  readonly link: VolumeBarProps['links'][VolumePart];
}

function Legend({ part, bytes, link }: LegendProps) {
  const words = (
    <Group gap={6} wrap="nowrap">
      <span className={classes.swatch} data-part={part} />
      <Text size="xs" c="dimmed" className="numbers">
        {PART_WORDS[part]} {formatBytes(bytes)}
      </Text>
    </Group>
  );
  if (!link) return <div aria-hidden>{words}</div>;
  return (
    <UnstyledButton
      className={classes.link ?? ''}
      aria-label={`${PART_WORDS[part]} ${formatBytes(bytes)}: ${link.label}`}
      onClick={link.onOpen}
    >
      {words}
    </UnstyledButton>
  );
}
