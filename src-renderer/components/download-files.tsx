import { Group, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { describeExcluded } from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { titleOfDownload } from '../format/titles.ts';
import { counted } from '../format/words.ts';
import type { DownloadOrder } from './download-buttons.tsx';
import { FileProgressRows } from './file-progress-rows.tsx';
import { PieceLegend } from './piece-bar.tsx';

interface DownloadFilesProps {
  readonly download: Download;
  readonly now: number;
  readonly onManage: (order: DownloadOrder) => void;
}

/** The files of a download, folded away until wanted. */
export function DownloadFiles({ download, now, onManage }: DownloadFilesProps) {
  const [open, setOpen] = useState(false);
  const { files, state } = download;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const include = (path: string, included: boolean) =>
    onManage({ action: included ? 'include' : 'exclude', paths: [path] });
  return (
    <div style={{ marginTop: 6 }}>
      <Group justify="space-between" gap="md">
        <UnstyledButton
          aria-expanded={open}
          aria-label={`Files of ${titleOfDownload(download)}`}
          onClick={() => setOpen(!open)}
        >
          <Group gap={4} c="dimmed" fz="xs" className="numbers">
            <Chevron size={14} aria-hidden />
            {summaryOf(download)}
          </Group>
        </UnstyledButton>
        {open && <PieceLegend />}
      </Group>
      {open && (
        <FileProgressRows
          files={files}
          isRunning={state.kind === 'running'}
          now={now}
          onInclude={include}
        />
      )}
    </div>
  );
}

function summaryOf({ files }: Download): string {
  const verified = files.filter(({ state }) => state.kind === 'verified').length;
  return [counted(files.length, 'file'), `${verified} verified`, describeExcluded(files)]
    .filter(Boolean)
    .join(', ');
}
