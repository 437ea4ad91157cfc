import { Group, Text } from '@mantine/core';
import { IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { IconButton } from './icon-button.tsx';

interface SecretTextProps {
  /** Names it, e.g. `token`. */
  readonly name: string;
  /** `null` while it is hidden. */
  readonly shown: string | null;
  readonly onShow: () => void;
  readonly onHide: () => void;
  readonly onCopy: () => void;
}

/** As long as most, and nobody's. */
const MASK = '•'.repeat(24);

/** A secret that is hidden until it is asked for, and can be copied without being shown. */
export function SecretText({ name, shown, onShow, onHide, onCopy }: SecretTextProps) {
  return (
    <Group gap={2} wrap="nowrap">
      <Text
        size="sm"
        className="mono path"
        aria-label={shown === null ? `The ${name} is hidden` : undefined}
      >
        {shown ?? MASK}
      </Text>
      <IconButton
        label={shown === null ? `Show the ${name}` : `Hide the ${name}`}
        icon={shown === null ? IconEye : IconEyeOff}
        onClick={shown === null ? onShow : onHide}
      />
      <IconButton label={`Copy the ${name}`} icon={IconCopy} onClick={onCopy} />
    </Group>
  );
}
