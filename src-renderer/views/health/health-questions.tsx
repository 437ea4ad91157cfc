import { List, Text } from '@mantine/core';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';

export type Question =
  | { readonly kind: 'ignore'; readonly findingId: string }
  | { readonly kind: 'quarantine' }
  | { readonly kind: 'release' };

interface HealthQuestionProps {
  readonly question: Question;
  readonly health: ModelHealth;
  readonly title: string;
  readonly onClose: () => void;
  readonly onQuarantine: () => void;
  readonly onRelease: (reason: string) => void;
  readonly onIgnore: (findingId: string, reason: string) => void;
}

/** What is asked before something that is written down. */
export function HealthQuestion({ question, ...props }: HealthQuestionProps) {
  switch (question.kind) {
    case 'quarantine':
      return <QuarantineQuestion {...props} />;
    case 'release':
      return <ReleaseQuestion {...props} />;
    case 'ignore':
      return <IgnoreQuestion {...props} findingId={question.findingId} />;
  }
}

type PartProps = Omit<HealthQuestionProps, 'question'>;

function QuarantineQuestion({ title, onClose, onQuarantine }: PartProps) {
  return (
    <ConfirmDialog
      opened
      title={`Take ${title} out of use?`}
      stay="Leave it"
      choices={[{ label: 'Take out of use', onChoose: onQuarantine }]}
      onClose={onClose}
    >
      <Text size="sm">
        Its files go to the quarantine of the library, where no program finds them. Nothing is
        deleted, and you can put it back.
      </Text>
    </ConfirmDialog>
  );
}

/** Says what was found, and what it can do. */
function ReleaseQuestion({ health, title, onClose, onRelease }: PartProps) {
  const found = health.findings.filter(({ verdict }) => verdict !== 'healthy');
  const isDangerous = found.some(({ verdict }) => verdict === 'unsafe');
  return (
    <ReasonDialog
      title={`Put ${title} back into use?`}
      confirm="Put it back"
      danger={isDangerous}
      kept="It is written down with the date."
      onConfirm={onRelease}
      onClose={onClose}
    >
      {found.length === 0 ? (
        <Text size="sm">{health.sentence}</Text>
      ) : (
        <List size="sm" spacing={4} aria-label="What was found">
          {found.map(({ id, sentence }) => (
            <List.Item key={id} className="path">
              {sentence}
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" fw={isDangerous ? 600 : 400}>
        {isDangerous
          ? 'A program that loads it runs what is in it, and that can read, change and send anything you can. Do this only if you know who made it.'
          : 'Other programs will find its files again.'}
      </Text>
    </ReasonDialog>
  );
}

function IgnoreQuestion({
  health,
  findingId,
  onClose,
  onIgnore,
}: PartProps & { readonly findingId: string }) {
  const sentence = health.findings.find(({ id }) => id === findingId)?.sentence;
  return (
    <ReasonDialog
      title="Ignore this finding?"
      confirm="Ignore it"
      kept="It is kept with the finding."
      onConfirm={(reason) => onIgnore(findingId, reason)}
      onClose={onClose}
    >
      {sentence && (
        <Text size="sm" className="path">
          {sentence}
        </Text>
      )}
      <Text size="sm">
        It stays visible and does not count any more, until it says something else. What is wrong
        stays wrong.
      </Text>
    </ReasonDialog>
  );
}
