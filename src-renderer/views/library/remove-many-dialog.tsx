import { Text } from '@mantine/core';
import { useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { planRemoval, type RemovalPlan } from '../../format/removal.ts';
import { counted } from '../../format/words.ts';
import { type Removal, removeModels } from '../../stores/change-models.ts';
import { useStores } from '../../stores/stores-context.ts';
import { RemovalChoice } from './removal-choice.tsx';

interface RemoveManyDialogProps {
  readonly models: readonly Model[];
  readonly onClose: () => void;
}

/** Asks before several models go: how many, how many bytes, and which of them stay. */
export function RemoveManyDialog({ models, onClose }: RemoveManyDialogProps) {
  const stores = useStores();
  const [how, setHow] = useState<Removal>('trash');
  // What is asked about does not change while it is asked.
  const [plan] = useState(() => planRemoval(models));
  const { going, bytes, sentences } = plan;
  return (
    <ConfirmDialog
      opened
      title={`Remove ${counted(going.length || models.length, 'model')}?`}
      stay="Keep them"
      choices={
        going.length === 0 ? [] : [removal(plan, how, () => void removeModels(stores, going, how))]
      }
      onClose={onClose}
    >
      {sentences.map((sentence) => (
        <Text key={sentence} size="sm">
          {sentence}
        </Text>
      ))}
      {bytes > 0 && (
        <RemovalChoice
          bytes={formatBytes(bytes)}
          afterwards={plan.afterwards}
          how={how}
          onChoose={setHow}
        />
      )}
    </ConfirmDialog>
  );
}

function removal({ going, bytes }: RemovalPlan, how: Removal, onChoose: () => void) {
  const label =
    how === 'trash' || bytes === 0
      ? `Remove ${counted(going.length, 'model')}`
      : `Delete ${formatBytes(bytes)}`;
  return { label, danger: true, onChoose };
}
