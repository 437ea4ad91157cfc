import { Radio, Stack } from '@mantine/core';
import type { Removal } from '../../stores/change-models.ts';

interface RemovalChoiceProps {
  /** What is on disk, `2.00 GB`. */
  readonly bytes: string;
  /** What a deletion means for getting it back. */
  readonly afterwards: string;
  readonly how: Removal;
  readonly onChoose: (how: Removal) => void;
}

/** Into the trash, or gone at once. */
export function RemovalChoice({ bytes, afterwards, how, onChoose }: RemovalChoiceProps) {
  return (
    <Radio.Group
      label={`${bytes} are on disk.`}
      value={how}
      onChange={(value) => onChoose(value === 'delete' ? 'delete' : 'trash')}
    >
      <Stack gap="xs" pt="xs">
        <Radio
          value="trash"
          label="Move the files to the trash"
          description={`The ${bytes} become free when the trash is emptied.`}
        />
        <Radio
          value="delete"
          label="Delete the files permanently"
          description={`Frees ${bytes} at once. ${afterwards}`}
        />
      </Stack>
    </Radio.Group>
  );
}
