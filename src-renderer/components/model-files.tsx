import { Group, Text } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconProgress,
} from '@tabler/icons-react';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { ModelFile } from '../../src-shared/domain/model.ts';
import { Digest } from './digest.tsx';
import classes from './file-rows.module.css';

const STATES: Record<
  ModelFile['state'],
  { readonly words: string; readonly icon: Icon; readonly color: string }
> = {
  present: {
    words: 'on disk',
    icon: IconCircleCheck,
    color: 'var(--larder-good)',
  },
  partial: { words: 'in part', icon: IconProgress, color: 'var(--mantine-color-dimmed)' },
  missing: { words: 'missing', icon: IconCircleDashed, color: 'var(--mantine-color-dimmed)' },
  excluded: { words: 'left out', icon: IconCircleMinus, color: 'var(--mantine-color-dimmed)' },
  damaged: { words: 'damaged', icon: IconAlertTriangle, color: 'var(--larder-bad)' },
};

/** The files of a model: which are here, how large, and their fingerprints. */
export function ModelFiles({ files }: { readonly files: readonly ModelFile[] }) {
  return (
    <ul className={classes.list}>
      {files.map((file) => {
        const { words, icon: Glyph, color } = STATES[file.state];
        return (
          <li key={file.path} className={classes.row}>
            <Group gap={6} wrap="nowrap" align="flex-start">
              <Glyph size={16} color={color} style={{ flexShrink: 0, marginTop: 2 }} aria-hidden />
              <Text size="sm" className="path">
                {file.path}
              </Text>
            </Group>
            <Group gap="sm" c="dimmed" fz="xs" pl={22} className="numbers">
              <span>{words}</span>
              {file.role !== 'other' && <span>{file.role.replaceAll('-', ' ')}</span>}
              <span>{sizeWords(file)}</span>
              <Digest file={file} />
            </Group>
          </li>
        );
      })}
    </ul>
  );
}

function sizeWords({ state, downloadedBytes, sizeBytes }: ModelFile): string {
  return state === 'partial'
    ? `${formatBytes(downloadedBytes)} of ${formatBytes(sizeBytes)}`
    : formatBytes(sizeBytes);
}
