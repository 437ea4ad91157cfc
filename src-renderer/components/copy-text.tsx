import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';

interface CopyTextProps {
  /** What is copied. */
  readonly text: string;
  /** What is shown, when that is shorter. */
  readonly shown?: string;
  /** Name of the copy button, e.g. `Copy the commit`. */
  readonly label: string;
}

/** A code, a path or a digest, with a button that copies the whole of it. */
export function CopyText({ text, shown, label }: CopyTextProps) {
  const { copied, copy } = useClipboard({ timeout: 1500 });
  return (
    <Group gap={2} wrap="nowrap" component="span">
      <Text span inherit className="mono path" title={text}>
        {shown ?? text}
      </Text>
      <Tooltip label={copied ? 'Copied' : label}>
        <ActionIcon
          size="xs"
          c="dimmed"
          aria-label={copied ? 'Copied' : label}
          onClick={() => copy(text)}
        >
          {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
