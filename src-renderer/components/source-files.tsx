import { Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { SourceFile } from '../../src-shared/domain/model.ts';
import { counted } from '../format/words.ts';
import { Digest } from './digest.tsx';
import classes from './file-rows.module.css';

interface SourceFilesProps {
  readonly files: readonly SourceFile[];
  readonly sizeBytes: number;
}

/** Every file of a repository, folded away until wanted. */
export function SourceFiles({ files, sizeBytes }: SourceFilesProps) {
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <section aria-label="All files">
      <UnstyledButton aria-expanded={open} onClick={() => setOpen(!open)}>
        <Group gap={6}>
          <Chevron size={16} aria-hidden />
          <Text size="sm" fw={500}>
            All files
          </Text>
          <Text size="sm" c="dimmed" className="numbers">
            {counted(files.length, 'file')}, {formatBytes(sizeBytes)}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open}>
        <ul className={classes.list}>
          {files.map((file) => (
            <li key={file.path} className={classes.row}>
              <Group gap="md" justify="space-between" wrap="nowrap">
                <Text size="sm" className="path">
                  {file.path}
                </Text>
                <Group gap="md" wrap="nowrap" c="dimmed" fz="xs" className="numbers">
                  <span>{formatBytes(file.sizeBytes)}</span>
                  <Digest file={file} />
                </Group>
              </Group>
            </li>
          ))}
        </ul>
      </Collapse>
    </section>
  );
}
