import { Modal, Skeleton, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { GenerationRequest } from '../../../src-shared/domain/generation.ts';
import { AnswerText } from '../../components/answer-text.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { textOfAnswer } from '../../format/whole-answer.ts';
import { LOADING, type Loadable, toLoadable } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';

interface AnswerDialogProps {
  readonly request: GenerationRequest;
  readonly onClose: () => void;
}

/** The answer of a request that outlived the conversation it was asked in. */
export function AnswerDialog({ request, onClose }: AnswerDialogProps) {
  const stores = useStores();
  const titles = useTitles();
  const [answer, setAnswer] = useState<Loadable<{ readonly answer: unknown }>>(LOADING);
  const { id, modelId, requested } = request;
  useReturnFocus();
  useEffect(() => {
    let isShown = true;
    const ask = async () => {
      const given = await stores.call('requests.get', { id });
      if (isShown) setAnswer(toLoadable(given));
    };
    void ask();
    return () => {
      isShown = false;
    };
  }, [stores, id]);
  return (
    <Modal
      size={720}
      opened
      onClose={onClose}
      title={`Answer of ${titles(modelId ?? requested)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {answer.status === 'loading' && <Skeleton height={80} aria-busy />}
      {answer.status === 'failed' && (
        <ErrorNotice
          error={answer.error}
          onAction={(kind) => performAction(stores, kind, { error: answer.error })}
        />
      )}
      {answer.status === 'ready' && <Whole text={textOfAnswer(answer.value.answer)} />}
    </Modal>
  );
}

function Whole({ text }: { readonly text: string | null }) {
  return text === null ? (
    <Text size="sm">It is not kept any more.</Text>
  ) : (
    <AnswerText text={text} />
  );
}
