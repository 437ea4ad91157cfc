import { Stack, Table, Text } from '@mantine/core';
import type { OperationOutput } from '../../src-shared/contract/operations.ts';
import { formatMoment } from '../../src-shared/domain/format.ts';
import type { RecoveryAttempt } from '../../src-shared/domain/recovery.ts';
import { formatExactly } from '../format/local-time.ts';
import { helpedWords, OUTCOME_WORDS, turnWords } from '../format/recovery-words.ts';
import { sentenceCase } from '../format/words.ts';

interface RecoveryTablesProps {
  readonly recovery: OperationOutput<'recovery.statistics'>;
  readonly now: number;
}

const MOST_SHOWN = 10;

/** What is tried by itself when something fails, how often that helped, and what came of it last. */
export function RecoveryTables({ recovery, now }: RecoveryTablesProps) {
  const tried = recovery.strategies.filter((way) => way.tried > 0);
  return (
    <Stack gap="md" p="md">
      <Table aria-label="What was tried by itself" verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {['Trouble', 'What was tried', 'Helped', 'Next time'].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="numbers">
          {tried.map((way) => (
            <Table.Tr key={`${way.category} ${way.strategy}`}>
              <Table.Td>{sentenceCase(way.category)}</Table.Td>
              <Table.Td>{way.name}</Table.Td>
              <Table.Td>{helpedWords(way)}</Table.Td>
              <Table.Td>{turnWords(way, now)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }} aria-label="Latest">
        {recovery.attempts.slice(0, MOST_SHOWN).map((attempt) => (
          <AttemptLine key={`${attempt.at} ${attempt.strategy}`} attempt={attempt} now={now} />
        ))}
      </Stack>
    </Stack>
  );
}

interface AttemptLineProps {
  readonly attempt: RecoveryAttempt;
  readonly now: number;
}

function AttemptLine({ attempt: { at, outcome, sentence }, now }: AttemptLineProps) {
  return (
    <Text component="li" size="xs" c="dimmed" className="path">
      <time dateTime={at} title={formatExactly(at)}>
        {formatMoment(at, now)}
      </time>
      {` · ${OUTCOME_WORDS[outcome]}: ${sentence}`}
    </Text>
  );
}
