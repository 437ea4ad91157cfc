import { Badge, Button, Group, Paper, Text } from '@mantine/core';
import { IconCheck, IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { Variant } from '../../src-shared/domain/hub.ts';
import { counted } from '../format/words.ts';
import { FitBadge } from './fit-badge.tsx';
import classes from './variant-row.module.css';

interface VariantRowProps {
  readonly variant: Variant;
  readonly inLibrary: boolean;
  /** The one the reference named. */
  readonly wanted: boolean;
  /** Access has to be had first. */
  readonly blocked: boolean;
  readonly busy: boolean;
  readonly onDownload: () => void;
  readonly onShow: () => void;
  /** Stands below, over the whole width. */
  readonly children?: ReactNode;
}

/** One set of files that can be downloaded: its size, and how it would run here. */
export function VariantRow({ variant, inLibrary, wanted, ...row }: VariantRowProps) {
  const { name, sizeBytes, files, recommended, fit } = variant;
  return (
    <Paper
      component="li"
      withBorder
      className={classes.variant ?? ''}
      data-marked={recommended || wanted}
      aria-label={name}
    >
      <div style={{ minWidth: 0 }}>
        <Group gap={8}>
          <Text fw={600} size="sm" className="path">
            {name}
          </Text>
          {recommended && <Badge variant="filled">Recommended</Badge>}
          {wanted && !recommended && <Badge variant="outline">Asked for</Badge>}
          <FitBadge fit={fit} />
        </Group>
        <Text size="xs" c="dimmed" mt={3}>
          {fit.sentence}
        </Text>
      </div>
      <div className={`numbers ${classes.size}`}>
        <Text size="sm" fw={500}>
          {formatBytes(sizeBytes)}
        </Text>
        <Text size="xs" c="dimmed">
          {counted(files.length, 'file')}
        </Text>
      </div>
      {inLibrary ? (
        <Button
          variant="subtle"
          size="sm"
          miw={136}
          leftSection={<IconCheck size={16} />}
          aria-label={`In library: show ${name}`}
          onClick={row.onShow}
        >
          In library
        </Button>
      ) : (
        <Button
          variant={recommended ? 'filled' : 'light'}
          size="sm"
          miw={136}
          leftSection={<IconDownload size={16} />}
          disabled={row.blocked}
          loading={row.busy}
          aria-label={`Download ${name}`}
          onClick={row.onDownload}
        >
          Download
        </Button>
      )}
      {row.children && <div className={classes.below}>{row.children}</div>}
    </Paper>
  );
}
