import { memo, useCallback, useState } from 'react';
import type { OperationInput } from '../../../src-shared/contract/operations.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { DownloadCard } from '../../components/download-card.tsx';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';
import { CancelDialog } from './cancel-dialog.tsx';

interface DownloadItemProps {
  readonly download: Download;
  /** Place of the neighbour in the queue; `null` when there is none to change places with. */
  readonly above: number | null;
  readonly below: number | null;
  readonly now: number;
}

type Manage = OperationInput<'downloads.manage'>;

/** One download with its buttons connected. */
export const DownloadItem = memo(function DownloadItem({
  download,
  above,
  below,
  now,
}: DownloadItemProps) {
  const stores = useStores();
  const [cancelling, setCancelling] = useState(false);
  const { modelId, receivedBytes } = download;
  const manage = useCallback(
    (input: Manage) => void run(stores, ['downloads.manage', { modelId, ...input }], { modelId }),
    [stores, modelId],
  );
  const error = 'error' in download.state ? download.state.error : null;
  return (
    <>
      <DownloadCard
        download={download}
        now={now}
        canMoveUp={above !== null}
        canMoveDown={below !== null}
        onPause={() => manage({ action: 'pause' })}
        onResume={() => manage({ action: 'resume' })}
        onRetry={() => manage({ action: 'retry' })}
        onDismiss={() => manage({ action: 'dismiss' })}
        onCancel={() => (receivedBytes > 0 ? setCancelling(true) : manage({ action: 'cancel' }))}
        onMoveUp={() => above !== null && manage({ action: 'prioritize', position: above })}
        onMoveDown={() => below !== null && manage({ action: 'prioritize', position: below })}
        onFirst={() => manage({ action: 'prioritize', position: 0 })}
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
