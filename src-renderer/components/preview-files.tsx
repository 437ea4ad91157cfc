import { Group, Text } from '@mantine/core';
import type { DownloadPreview } from '../../src-shared/domain/download.ts';
import { formatBytes } from '../../src-shared/domain/format.ts';
import { describePreviewFile } from '../format/preview-words.ts';
import classes from './file-rows.module.css';

/** The files a download would bring, and which of them are here already. */
export function PreviewFiles({ files }: Pick<DownloadPreview, 'files'>) {
  return (
    <ul className={classes.list}>
      {files.map((file) => (
        <li key={file.path}>
          <Group gap="md" justify="space-between" wrap="nowrap" fz="xs" py={2}>
            <Text size="xs" className="path">
              {file.path}
            </Text>
            <Group gap="md" wrap="nowrap" c="dimmed" className="numbers">
              <span>{describePreviewFile(file)}</span>
              <span>{formatBytes(file.sizeBytes)}</span>
            </Group>
          </Group>
        </li>
      ))}
    </ul>
  );
}
