import { Button, Paper, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { bytesOf, type LibraryRow } from '../../format/library-row.ts';
import { checkModels, keepModels } from '../../stores/change-models.ts';
import { useStores } from '../../stores/stores-context.ts';
import { RemoveManyDialog } from './remove-many-dialog.tsx';
import classes from './selection-bar.module.css';

interface SelectionBarProps {
  readonly selected: readonly LibraryRow[];
  readonly onClear: () => void;
}

/** How much is selected, and what can be done with all of it. */
export function SelectionBar({ selected, onClear }: SelectionBarProps) {
  const stores = useStores();
  const [isRemoving, setRemoving] = useState(false);
  const models = selected.map(({ model }) => model);
  const button = { size: 'xs', variant: 'default' } as const;
  return (
    <Paper
      withBorder
      shadow="md"
      className={classes.bar}
      component="section"
      aria-label="Selected models"
    >
      <Text size="sm" className="numbers" role="status">
        {selected.length.toLocaleString('en')} selected, {formatBytes(bytesOf(selected))}
      </Text>
      <div className={classes.buttons}>
        <Button {...button} onClick={() => void keepModels(stores, models, true)}>
          Keep
        </Button>
        <Button {...button} onClick={() => void keepModels(stores, models, false)}>
          Do not keep
        </Button>
        <Button {...button} onClick={() => void checkModels(stores, models)}>
          Check health
        </Button>
        <Button {...button} c="var(--mantine-color-red-text)" onClick={() => setRemoving(true)}>
          Remove…
        </Button>
        <IconButton label="Clear selection" icon={IconX} onClick={onClear} />
      </div>
      {isRemoving && <RemoveManyDialog models={models} onClose={() => setRemoving(false)} />}
    </Paper>
  );
}
