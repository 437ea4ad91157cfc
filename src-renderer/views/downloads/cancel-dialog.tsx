import { Text } from '@mantine/core';
import type { Download } from '../../../src-shared/domain/download.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { titleOfDownload } from '../../format/titles.ts';

interface CancelDialogProps {
  readonly download: Download;
  readonly onCancel: (deletePartial: boolean) => void;
  readonly onClose: () => void;
}

/** Asks what becomes of the bytes that have arrived. */
export function CancelDialog({ download, onCancel, onClose }: CancelDialogProps) {
  const bytes = formatBytes(download.receivedBytes);
  return (
    <ConfirmDialog
      opened
      title={`Cancel the download of ${titleOfDownload(download)}?`}
      stay="Go on downloading"
      choices={[
        { label: 'Keep the part', onChoose: () => onCancel(false) },
        { label: `Delete ${bytes}`, danger: true, onChoose: () => onCancel(true) },
      ]}
      onClose={onClose}
    >
      <Text size="sm">
        {bytes} of {formatBytes(download.sizeBytes)} have arrived. A part that is kept saves that
        much when the download is started again.
      </Text>
    </ConfirmDialog>
  );
}
