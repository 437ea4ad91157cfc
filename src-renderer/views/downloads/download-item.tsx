import { memo, useCallback, useState } from 'react';
import type { OperationInput } from '../../../src-shared/contract/operations.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { DownloadCard } from '../../components/download-card.tsx';
import type { SpeedSample } from '../../format/speed-history.ts';
import { titleOfDownload } from '../../format/titles.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { CancelDialog } from './cancel-dialog.tsx';

interface DownloadItemProps {
  readonly download: Download;
  /** Place of the neighbour in the queue; `null` when there is none to change places with. */
  readonly above: number | null;
  readonly below: number | null;
  readonly now: number;
  readonly pace: string | null;
}

const NO_SAMPLES: readonly SpeedSample[] = [];

/** One download with its buttons connected. */
export const DownloadItem = memo(function DownloadItem({
  download,
  above,
  below,
  now,
  pace,
}: DownloadItemProps) {
  const stores = useStores();
  const [cancelling, setCancelling] = useState(false);
  const { id, modelId, position, receivedBytes } = download;
  const speeds = useSlice('downloads', (state) => state.speeds.byDownload[id] ?? NO_SAMPLES);
  const manage = useCallback(
    (input: OperationInput<'downloads.manage'>) =>
      void run(stores, ['downloads.manage', { modelId, ...input }], { modelId }),
    [stores, modelId],
  );
  const move = (direction: 'up' | 'down') => {
    const to = direction === 'up' ? above : below;
    if (to === null) return;
    manage({ action: 'prioritize', position: to });
    stores.notices.getState().announce(`${titleOfDownload(download)}: moved ${direction}`);
  };
  const error = 'error' in download.state ? download.state.error : null;
  return (
    <>
      <DownloadCard
        download={download}
        now={now}
        pace={pace}
        speeds={speeds}
        canMoveUp={above !== null}
        canMoveDown={below !== null}
        onManage={manage}
        onCancel={() => (receivedBytes > 0 ? setCancelling(true) : manage({ action: 'cancel' }))}
        onMove={move}
        onDropped={(dropped) =>
          dropped !== modelId && manage({ action: 'prioritize', modelId: dropped, position })
        }
        onAction={(kind) =>
          error && performAction(stores, kind, { error, modelId, reference: modelId })
        }
      />
      {cancelling && (
        <CancelDialog
          download={download}
          onCancel={(deletePartial) => manage({ action: 'cancel', deletePartial })}
          onClose={() => setCancelling(false)}
        />
      )}
    </>
  );
});
