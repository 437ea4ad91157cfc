import { Table, Text } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { formatMoment } from '../../src-shared/domain/format.ts';
import { type GenerationRequest, OWN_APP } from '../../src-shared/domain/generation.ts';
import { formatExactly } from '../format/local-time.ts';
import { endOf, isSubstitute, SERVED_WORDS, speedWords } from '../format/requests.ts';
import { durationWords } from '../format/usage.ts';
import { IconButton } from './icon-button.tsx';

interface EndedRequestsProps {
  readonly requests: readonly GenerationRequest[];
  readonly titleOf: (modelId: string) => string;
  readonly now: number;
  /** Asks for the text of an answer. */
  readonly onShow: (request: GenerationRequest) => void;
}

const HEADS = ['Asked', 'Answered by', 'How', 'Took', 'Speed', 'Ended'];

/** How requests went that are over. */
export function EndedRequests({ requests, ...row }: EndedRequestsProps) {
  return (
    <Table aria-label="Requests that ended" verticalSpacing="xs" fz="sm">
      <Table.Thead>
        <Table.Tr>
          {HEADS.map((head) => (
            <Table.Th key={head}>{head}</Table.Th>
          ))}
          <Table.Th aria-label="Answer" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="numbers">
        {requests.map((request) => (
          <EndedRow key={request.id} request={request} {...row} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

type EndedRowProps = Omit<EndedRequestsProps, 'requests'> & { readonly request: GenerationRequest };

function EndedRow({ request, titleOf, now, onShow }: EndedRowProps) {
  const { requestedId, requested, modelId, app, state } = request;
  const isDone = state.kind === 'done';
  const endedAt = endOf(request);
  return (
    <Table.Tr>
      <Table.Td title={requestedId ?? requested} className="path">
        {titleOf(requestedId ?? requested)}
        {app && app !== OWN_APP && (
          <Text size="xs" c="dimmed">
            from {app}
          </Text>
        )}
      </Table.Td>
      <Table.Td className="path">{isDone && modelId !== null ? titleOf(modelId) : '–'}</Table.Td>
      <Table.Td>
        <Outcome request={request} />
      </Table.Td>
      <Table.Td>{isDone ? durationWords(state.durationMs) : '–'}</Table.Td>
      <Table.Td>{(isDone && speedWords(state.tokensPerSecond)) || '–'}</Table.Td>
      <Table.Td>
        <time dateTime={endedAt} title={formatExactly(endedAt)}>
          {formatMoment(endedAt, now)}
        </time>
      </Table.Td>
      <Table.Td ta="right">
        {canShow(request) && (
          <IconButton
            label={`Show the answer to the request to ${titleOf(requestedId ?? requested)}`}
            tooltip="Show the answer"
            icon={IconMessageCircle}
            onClick={() => onShow(request)}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** What other programs asked is theirs. */
const canShow = ({ app, kind, state }: GenerationRequest) =>
  app === OWN_APP && kind !== 'embedding' && state.kind === 'done';

/** By whom it was answered, or why it was not. */
function Outcome({ request }: { readonly request: GenerationRequest }) {
  const { state, strategy } = request;
  switch (state.kind) {
    case 'failed':
      return (
        <Text size="sm" c="red" title={state.error.detail}>
          {state.error.title}
        </Text>
      );
    case 'cancelled':
      return 'Cancelled';
    case 'expired':
      return 'Waited too long';
    default:
      return (
        <Text size="sm" {...(isSubstitute(request) && { fw: 600 })}>
          {SERVED_WORDS[strategy ?? 'exact']}
        </Text>
      );
  }
}
