import { Button, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Question } from '../../../src-shared/domain/fallback.ts';
import { formatDuration } from '../../../src-shared/domain/format.ts';
import { useNow } from '../../components/use-now.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { reasonOf } from '../../format/decision-words.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';

/** Asks which model may answer, one request after the other. */
export function QuestionDialog() {
  const questions = useSlice('questions', (state) => state.questions);
  const now = useNow(questions.length > 0);
  const [left, setLeft] = useState<readonly string[]>([]);
  const isOpen = ({ id, deadline }: Question) => !left.includes(id) && Date.parse(deadline) > now;
  const question = questions.find(isOpen);
  if (!question) return null;
  const { id } = question;
  return (
    <OneQuestion key={id} question={question} now={now} onLeave={() => setLeft([...left, id])} />
  );
}

interface OneQuestionProps {
  readonly question: Question;
  readonly now: number;
  /** It is decided by itself at its deadline. */
  readonly onLeave: () => void;
}

function OneQuestion({ question, now, onLeave }: OneQuestionProps) {
  const stores = useStores();
  const titles = useTitles();
  useReturnFocus();
  const { id, decision, choices, defaultChoice, deadline } = question;
  const reason = reasonOf(decision);
  const answer = async (choice: string) => {
    const given = await run(stores, ['fallback.answer', { id, choice }]);
    if (given.ok) stores.questions.getState().put(id, null);
  };
  return (
    <Modal
      size={520}
      opened
      onClose={onLeave}
      title="Which model may answer?"
      closeButtonProps={{ 'aria-label': 'Leave it to Larder' }}
    >
      <Stack gap="md">
        <Text size="sm" className="path">
          {titles(decision.requestedId)} was asked, and cannot answer now. {reason}
        </Text>
        <Stack gap="xs" role="group" aria-label="Choices">
          {choices.map((choice) => (
            <ChoiceButton
              key={choice.id}
              label={choice.label}
              isDefault={choice.id === defaultChoice}
              onChoose={() => void answer(choice.id)}
            />
          ))}
        </Stack>
        <Text size="xs" c="dimmed" className="numbers" role="timer">
          Left alone, the default is taken in {formatDuration(Date.parse(deadline) - now)}.
        </Text>
      </Stack>
    </Modal>
  );
}

interface ChoiceButtonProps {
  readonly label: string;
  readonly isDefault: boolean;
  readonly onChoose: () => void;
}

function ChoiceButton({ label, isDefault, onChoose }: ChoiceButtonProps) {
  return (
    <Button
      variant={isDefault ? 'filled' : 'default'}
      justify="space-between"
      fullWidth
      rightSection={
        isDefault && (
          <Text span size="xs">
            Default
          </Text>
        )
      }
      {...(isDefault && { 'data-autofocus': true })}
      onClick={onChoose}
    >
      {label}
    </Button>
  );
}
