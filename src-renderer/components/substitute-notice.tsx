import { Button, Group, Text } from '@mantine/core';
import { IconArrowsExchange, IconMessageOff, IconWorldUpload } from '@tabler/icons-react';
import type { ServedBy } from '../../src-shared/domain/generation.ts';
import type { RealOne } from '../format/real-one.ts';
import type { SubstituteWords } from '../format/substitute-words.ts';
import { NoticeBox } from './notice-box.tsx';

interface SubstituteNoticeProps {
  readonly words: SubstituteWords;
  readonly strategy: ServedBy | null;
  readonly real: RealOne;
  readonly onGet: () => void;
  readonly onAgain: () => void;
}

/** Above an answer that did not come from the model that was asked for, with the way to that one. */
export function SubstituteNotice({ words, strategy, real, ...props }: SubstituteNoticeProps) {
  const icon = words.isPlaceholder
    ? IconMessageOff
    : strategy === 'remote'
      ? IconWorldUpload
      : IconArrowsExchange;
  return (
    <NoticeBox icon={icon} title={words.title} mild={!words.isPlaceholder}>
      <Text size="sm" className="path" mt={-4}>
        {words.sentence}
      </Text>
      <RealOneLine real={real} {...props} />
    </NoticeBox>
  );
}

type LineProps = Pick<SubstituteNoticeProps, 'real' | 'onGet' | 'onAgain'>;

function RealOneLine({ real, onGet, onAgain }: LineProps) {
  switch (real.kind) {
    case 'absent':
      return (
        <Group>
          <Button size="xs" onClick={onGet}>
            Get the real one
          </Button>
        </Group>
      );
    case 'coming':
      return (
        <Text size="xs" c="dimmed" className="numbers" role="status">
          The real one is not here yet. {real.words}
        </Text>
      );
    case 'here':
      return (
        <Group gap="sm">
          <Button size="xs" onClick={onAgain}>
            Ask it again
          </Button>
          <Text size="xs" c="dimmed">
            The real one is here now.
          </Text>
        </Group>
      );
  }
}
