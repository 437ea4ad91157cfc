import { Badge, Group, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlayerStop, IconX } from '@tabler/icons-react';
import {
  type GenerationRequest,
  OWN_APP,
  type RequestState,
} from '../../src-shared/domain/generation.ts';
import { isSubstitute, KIND_WORDS, paceWords } from '../format/requests.ts';
import { IconButton } from './icon-button.tsx';
import { WaitingLine } from './waiting-line.tsx';

interface OpenRequestProps {
  readonly request: GenerationRequest;
  readonly titleOf: (modelId: string) => string;
  readonly onCancel: () => void;
  readonly onPrioritize: (priority: number) => void;
}

/** A request that waits or runs. */
export function OpenRequest({ request, titleOf, ...commands }: OpenRequestProps) {
  const { requestedId, requested, state, priority, app, kind } = request;
  const name = titleOf(requestedId ?? requested);
  return (
    <Group
      px="md"
      py="sm"
      gap="md"
      wrap="nowrap"
      role="group"
      aria-label={`Request to ${name}`}
      align="flex-start"
    >
      <Stack gap={4} flex={1} miw={0}>
        <Group gap={8}>
          <Text size="sm" fw={500} className="path">
            {name}
          </Text>
          {priority !== 0 && (
            <Badge size="xs" variant="light" color="gray">
              {priority > 0 ? 'Goes before others' : 'Lets others go before'}
            </Badge>
          )}
        </Group>
        <StateLine name={name} state={state} />
        <Text size="xs" c="dimmed">
          {[
            KIND_WORDS[kind],
            app && app !== OWN_APP && `from ${app}`,
            substituteWords(request, titleOf),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Stack>
      <Commands request={request} name={name} {...commands} />
    </Group>
  );
}

function substituteWords(request: GenerationRequest, titleOf: OpenRequestProps['titleOf']) {
  if (!isSubstitute(request)) return null;
  return request.modelId === null ? 'Another answers' : `${titleOf(request.modelId)} answers`;
}

function StateLine({ name, state }: { readonly name: string; readonly state: RequestState }) {
  if (state.kind === 'waiting') return <WaitingLine name={name} state={state} />;
  return (
    <Text size="xs" c="dimmed" className="numbers">
      {state.kind === 'loading' ? 'Being loaded into memory' : paceWords(state)}
    </Text>
  );
}

type CommandsProps = Omit<OpenRequestProps, 'titleOf'> & { readonly name: string };

const MOST_PRIORITY = 10;

function Commands({ request, name, onCancel, onPrioritize }: CommandsProps) {
  const { can, priority, state } = request;
  const isWaiting = state.kind === 'waiting';
  return (
    <Group gap={2} wrap="nowrap">
      {can.prioritize && (
        <>
          <IconButton
            label={`Let the request to ${name} go sooner`}
            tooltip="Sooner"
            icon={IconArrowUp}
            disabled={priority >= MOST_PRIORITY}
            onClick={() => onPrioritize(priority + 1)}
          />
          <IconButton
            label={`Let the request to ${name} go later`}
            tooltip="Later"
            icon={IconArrowDown}
            disabled={priority <= -MOST_PRIORITY}
            onClick={() => onPrioritize(priority - 1)}
          />
        </>
      )}
      {can.cancel && (
        <IconButton
          label={`${isWaiting ? 'Cancel' : 'Stop'} the request to ${name}`}
          tooltip={isWaiting ? 'Cancel' : 'Stop'}
          icon={isWaiting ? IconX : IconPlayerStop}
          onClick={onCancel}
        />
      )}
    </Group>
  );
}
