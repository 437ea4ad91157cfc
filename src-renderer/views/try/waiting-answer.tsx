import { Button, Group, Text } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import type { RequestState } from '../../../src-shared/domain/generation.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import { WaitingLine } from '../../components/waiting-line.tsx';
import { waitsForFiles } from '../../format/requests.ts';
import type { Turn } from '../../format/turns.ts';
import { useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';

interface WaitingAnswerProps {
  readonly turn: Turn;
  readonly state: Extract<RequestState, { kind: 'waiting' }>;
}

/** A question that waits for its model, or for its turn. */
export function WaitingAnswer({ turn, state }: WaitingAnswerProps) {
  const stores = useStores();
  const titles = useTitles();
  const name = titles(turn.request?.requestedId ?? turn.model);
  const forFiles = waitsForFiles(state);
  return (
    <NoticeBox
      icon={IconClock}
      mild
      title={forFiles ? `Waiting for ${name}` : 'Waiting for its turn'}
    >
      <WaitingLine name={name} state={state} />
      <Text size="sm">
        {forFiles
          ? 'It will answer by itself when the model has arrived.'
          : 'It will answer when those before it are done.'}
      </Text>
      {turn.request?.can.cancel && (
        <Group>
          <Button
            size="xs"
            variant="default"
            onClick={() => void stores.conversation.getState().stop(turn.id)}
          >
            Cancel the question
          </Button>
        </Group>
      )}
    </NoticeBox>
  );
}
