import { Loader, Stack } from '@mantine/core';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import { memo } from 'react';
import type { RequestState } from '../../../src-shared/domain/generation.ts';
import { AnswerText } from '../../components/answer-text.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SetupSteps } from '../../components/setup-steps.tsx';
import { isSubstitute, paceWords } from '../../format/requests.ts';
import { isBusy, isOver, type Turn } from '../../format/turns.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';
import { Substitute } from './substitute.tsx';
import classes from './try.module.css';
import { WaitingAnswer } from './waiting-answer.tsx';

/** One question and its answer. */
export const TurnItem = memo(function TurnItem({ turn }: { readonly turn: Turn }) {
  const titles = useTitles();
  const { prompt, text, request } = turn;
  const isPlaceholder = request?.strategy === 'placeholder';
  const name = titles(request?.modelId ?? turn.model);
  return (
    <article
      className={classes.turn}
      aria-label={`Question ${turn.id}`}
      // Read aloud when it is complete, not word by word.
      aria-busy={isBusy(turn)}
    >
      <p className={classes.prompt}>{prompt}</p>
      {request && isSubstitute(request) && <Substitute turn={turn} request={request} />}
      <Progress turn={turn} name={name} />
      {text !== '' && (
        <div className={isPlaceholder ? classes.placeholder : undefined}>
          <AnswerText text={text} />
        </div>
      )}
      <Trouble turn={turn} />
      <Footer turn={turn} name={name} />
    </article>
  );
});

interface PartProps {
  readonly turn: Turn;
  /** Who answers, or is asked while that is not decided. */
  readonly name: string;
}

/** What happens until the first words are there. */
function Progress({ turn, name }: PartProps) {
  const state = turn.request?.state;
  if (isOver(turn) || turn.text !== '') return null;
  if (state?.kind === 'waiting') return <WaitingAnswer turn={turn} state={state} />;
  return (
    <div className={classes.meta}>
      <Loader size={14} type="dots" aria-hidden />
      {progressWords(state, name)}
    </div>
  );
}

function progressWords(state: RequestState | undefined, name: string): string {
  if (state?.kind === 'loading') return `${name} is being loaded into memory`;
  return state?.kind === 'running' ? `${name} is reading your question` : `Asking ${name}`;
}

/** What went wrong, and what can be done about it. */
function Trouble({ turn }: { readonly turn: Turn }) {
  const stores = useStores();
  const { error, request, setup } = turn;
  if (!error) return null;
  const modelId = request?.requestedId ?? request?.modelId ?? undefined;
  const retry = () => void stores.conversation.getState().again(turn.id);
  return (
    <Stack gap="sm">
      <ErrorNotice
        error={error}
        onAction={(kind) =>
          performAction(stores, kind, { error, modelId, reference: turn.model, retry })
        }
      />
      <SetupSteps steps={setup} />
    </Stack>
  );
}

/** Who answered, how fast, and what can be done with the answer. */
function Footer({ turn, name }: PartProps) {
  const stores = useStores();
  const { request, text, isStopped } = turn;
  const words = footerWords(turn, name);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    stores.notices.getState().note('Answer copied');
  };
  const isEnded = isOver(turn);
  if (words === '' && !isStopped) return null;
  return (
    <div className={classes.meta}>
      <span className="numbers">{words}</span>
      {isEnded && text !== '' && (
        <IconButton label="Copy the answer" icon={IconCopy} onClick={() => void copy()} />
      )}
      {isEnded && !turn.error && request?.strategy !== 'placeholder' && (
        <IconButton
          label="Ask again"
          icon={IconRefresh}
          onClick={() => void stores.conversation.getState().again(turn.id)}
        />
      )}
    </div>
  );
}

function footerWords({ request, text, isStopped }: Turn, name: string): string {
  if (request === null) return isStopped ? 'Stopped' : '';
  const { state, strategy } = request;
  switch (state.kind) {
    case 'running':
      return text === '' ? '' : `${name} · ${paceWords(state)}`;
    case 'done':
      return strategy === 'placeholder' ? '' : `${name} · ${paceWords(state)}`;
    case 'cancelled':
      return 'Stopped';
    case 'expired':
      return 'The model did not arrive in the time the question was kept for';
    default:
      return '';
  }
}
