import { Text } from '@mantine/core';
import { useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { titleOfModel } from '../../format/titles.ts';
import type { Removal } from '../../stores/change-models.ts';
import { undoRemoval } from '../../stores/restore-models.ts';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';
import { RemovalChoice } from './removal-choice.tsx';

interface RemoveDialogProps {
  readonly model: Model;
  readonly onClose: () => void;
}

/** Asks before a model goes, and says how many bytes that frees, and when. */
export function RemoveDialog({ model, onClose }: RemoveDialogProps) {
  const stores = useStores();
  const [how, setHow] = useState<Removal>('trash');
  const title = titleOfModel(model);
  const bytes = formatBytes(model.downloadedBytes);
  const nothingHere = model.downloadedBytes === 0;
  const freesNothing = nothingHere || model.adopted !== undefined;
  const remove = async () => {
    const toTrash = how === 'trash' && !model.adopted;
    const answer = await run(stores, ['models.remove', { id: model.id, toTrash }]);
    if (!answer.ok) return;
    const { freedBytes, undoUntil } = answer.value;
    const undo = undoRemoval(stores, [model.id], undoUntil);
    stores.notices.getState().note(removedWords(title, freedBytes, toTrash), undo);
    void stores.system.getState().load();
  };
  return (
    <ConfirmDialog
      opened
      title={`Remove ${title}?`}
      stay="Keep it"
      choices={[
        {
          label: how === 'trash' || freesNothing ? 'Remove' : `Delete ${bytes}`,
          danger: true,
          onChoose: () => void remove(),
        },
      ]}
      onClose={onClose}
    >
      {nothingHere ? (
        <Text size="sm">Nothing of it is on disk. It only leaves the list.</Text>
      ) : model.adopted ? (
        <Text size="sm">
          Its files are those of another program, which keeps them. It only leaves the library, and
          nothing becomes free.
        </Text>
      ) : (
        <RemovalChoice bytes={bytes} afterwards={againWords(model)} how={how} onChoose={setHow} />
      )}
    </ConfirmDialog>
  );
}

const againWords = ({ source }: Model) =>
  source === 'local'
    ? 'Nobody knows where they came from: they cannot be downloaded again.'
    : 'They would have to be downloaded again.';

function removedWords(name: string, freedBytes: number, toTrash: boolean): string {
  if (freedBytes === 0) return `${name} removed`;
  return toTrash
    ? `${name} goes to the trash (${formatBytes(freedBytes)})`
    : `${name} deleted, ${formatBytes(freedBytes)} freed`;
}
