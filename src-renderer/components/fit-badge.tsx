import { Badge, Group, Tooltip } from '@mantine/core';
import type { Fit } from '../../src-shared/domain/hub.ts';

const VERDICTS: Record<Fit['verdict'], { readonly words: string; readonly color: string }> = {
  gpu: { words: 'Fits the graphics card', color: 'leaf' },
  memory: { words: 'Fits in memory', color: 'leaf' },
  tight: { words: 'Tight fit', color: 'amber' },
  'too-large': { words: 'Too large for this machine', color: 'red' },
  unknown: { words: 'Fit not known', color: 'gray' },
};

/** How a set of files would run here; the whole sentence is in the tooltip. */
export function FitBadge({ fit }: { readonly fit: Fit }) {
  const { words, color } = VERDICTS[fit.verdict];
  return (
    <Group gap={6} wrap="nowrap" component="span">
      <Tooltip label={fit.sentence} multiline maw={320}>
        <Badge variant="light" color={color}>
          {words}
        </Badge>
      </Tooltip>
      {fit.onDisk === 'needs-space' && (
        <Badge variant="light" color="amber">
          Needs disk space
        </Badge>
      )}
    </Group>
  );
}
