import { NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { LibraryInfo } from '../../../src-shared/domain/library.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';

const GB = 1e9;

interface BudgetDialogProps {
  readonly library: LibraryInfo;
  readonly onClose: () => void;
}

/** How much a library may take. */
export function BudgetDialog({ library, onClose }: BudgetDialogProps) {
  const stores = useStores();
  const { folder, usedBytes, budgetBytes } = library;
  const [size, setSize] = useState<string | number>(budgetBytes === null ? '' : budgetBytes / GB);
  const set = (bytes: number | null) =>
    void run(stores, ['libraries.change', { folder, budgetBytes: bytes }]);
  const bytes = Math.round(Number(size) * GB);
  const choices = [
    ...(budgetBytes === null ? [] : [{ label: 'No budget', onChoose: () => set(null) }]),
    ...(bytes > 0 ? [{ label: `Set to ${formatBytes(bytes)}`, onChoose: () => set(bytes) }] : []),
  ];
  return (
    <ConfirmDialog
      opened
      title="Budget of the library"
      stay="Leave as it is"
      choices={choices}
      onClose={onClose}
    >
      <Text size="sm">
        Downloads that do not fit in it wait. What is there already stays: {formatBytes(usedBytes)}{' '}
        now.
      </Text>
      <NumberInput
        label="Models and downloads may take"
        w={220}
        suffix=" GB"
        min={0}
        decimalScale={1}
        value={size}
        onChange={setSize}
      />
    </ConfirmDialog>
  );
}
