import { Text } from '@mantine/core';
import { memo, useState } from 'react';
import type { OperationInput, OperationName } from '../../../src-shared/contract/operations.ts';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { HealthCard } from '../../components/health-card.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { isTroubled } from '../../format/health.ts';
import { titleOfDownload } from '../../format/titles.ts';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';

interface HealthItemProps {
  readonly health: ModelHealth;
  readonly now: number;
}

type Question =
  | { readonly kind: 'ignore'; readonly findingId: string }
  | { readonly kind: 'quarantine' }
  | { readonly kind: 'release' };

/** One model with its buttons connected, and what they ask first. */
export const HealthItem = memo(function HealthItem({ health, now }: HealthItemProps) {
  const stores = useStores();
  const { modelId } = health;
  const title = titleOfDownload(health);
  /** What a person decided; else what is wrong is open. */
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? isTroubled(health);
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = <N extends OperationName>(name: N, input: OperationInput<N>) =>
    void run(stores, [name, input], { modelId });
  return (
    <>
      <HealthCard
        health={health}
        title={title}
        now={now}
        isOpen={isOpen}
        onToggle={() => setChoice(!isOpen)}
        onCheck={() => ask('health.check', { modelIds: [modelId], depth: 'full' })}
        onStop={() => ask('health.stop', { modelIds: [modelId] })}
        onRepair={(mode) => ask('health.repair', { modelId, mode })}
        onQuarantine={() => setQuestion({ kind: 'quarantine' })}
        onRelease={() => setQuestion({ kind: 'release' })}
        onIgnore={(findingId) => setQuestion({ kind: 'ignore', findingId })}
        onCount={(findingId) => ask('health.ignore', { modelId, findingId, reason: null })}
      />
      {question && (
        <Asked
          question={question}
          title={title}
          sentence={health.sentence}
          onClose={() => setQuestion(null)}
          onQuarantine={() => ask('health.quarantine', { modelId })}
          onRelease={(reason) => ask('health.release', { modelId, reason })}
          onIgnore={(findingId, reason) => ask('health.ignore', { modelId, findingId, reason })}
        />
      )}
    </>
  );
});

interface AskedProps {
  readonly question: Question;
  readonly title: string;
  readonly sentence: string;
  readonly onClose: () => void;
  readonly onQuarantine: () => void;
  readonly onRelease: (reason: string) => void;
  readonly onIgnore: (findingId: string, reason: string) => void;
}

function Asked({ question, title, sentence, onClose, ...answers }: AskedProps) {
  switch (question.kind) {
    case 'quarantine':
      return (
        <ConfirmDialog
          opened
          title={`Take ${title} out of use?`}
          stay="Leave it"
          choices={[{ label: 'Take out of use', onChoose: answers.onQuarantine }]}
          onClose={onClose}
        >
          <Text size="sm">
            Its files go to the quarantine of the library, where no program finds them. Nothing is
            deleted, and you can put it back.
          </Text>
        </ConfirmDialog>
      );
    case 'release':
      return (
        <ReasonDialog
          title={`Put ${title} back into use?`}
          confirm="Put it back"
          danger
          onConfirm={answers.onRelease}
          onClose={onClose}
        >
          {sentence} A program that loads it does what is in it, with your rights. Do this only if
          you know where the model comes from.
        </ReasonDialog>
      );
    case 'ignore':
      return (
        <ReasonDialog
          title="Ignore this finding?"
          confirm="Ignore it"
          onConfirm={(reason) => answers.onIgnore(question.findingId, reason)}
          onClose={onClose}
        >
          It stays visible and does not count any more, until it says something else.
        </ReasonDialog>
      );
  }
}
