import { Stack, Text } from '@mantine/core';
import { percent } from '../../src-shared/domain/describe.ts';
import type { RequestState } from '../../src-shared/domain/generation.ts';
import { waitingWords } from '../format/requests.ts';
import { ProgressLine } from './progress-line.tsx';

interface WaitingLineProps {
  /** The model that is waited for. */
  readonly name: string;
  readonly state: Extract<RequestState, { kind: 'waiting' }>;
}

/** How far the wait for a model is: place in line, bytes, time left. */
export function WaitingLine({ name, state }: WaitingLineProps) {
  return (
    <Stack gap={6}>
      {state.totalBytes > 0 && (
        <ProgressLine
          size={5}
          label={`Progress of ${name}`}
          percent={percent(state.downloadedBytes, state.totalBytes)}
        />
      )}
      <Text size="xs" c="dimmed" className="numbers">
        {waitingWords(state)}
      </Text>
    </Stack>
  );
}
