import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useEffect } from 'react';
import { ModelPicker } from '../../components/model-picker.tsx';
import { Page } from '../../components/page.tsx';
import { firstChoice } from '../../format/model-choices.ts';
import { isBusy } from '../../format/turns.ts';
import type { Stores } from '../../stores/create-stores.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useChoices } from '../use-choices.ts';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { EmptyConversation } from './empty-conversation.tsx';

/** Asks a model, and shows who answers and how fast. */
export function TryView() {
  const stores = useStores();
  const isEmpty = useSlice('conversation', ({ turns }) => turns.length === 0);
  useEffect(() => void stores.runtimes.getState().load(), [stores]);
  useHotkeys([['Escape', () => stopAnswer(stores)]]);
  return (
    <Page title="Try it" fill actions={<Actions />}>
      {isEmpty ? <EmptyConversation /> : <Conversation />}
      <Composer onStop={() => stopAnswer(stores)} />
    </Page>
  );
}

/** Stops the answer that is being written; what waits for its files goes on waiting. */
function stopAnswer({ conversation, questions }: Stores): void {
  // Escape leaves the question that is on top.
  if (questions.getState().questions.length > 0) return;
  const { turns, stop } = conversation.getState();
  const busy = turns.findLast(isBusy);
  if (busy) void stop(busy.id);
}

function Actions() {
  const stores = useStores();
  const choicesFor = useChoices();
  const model = useSlice('conversation', (state) => state.model);
  const isEmpty = useSlice('conversation', ({ turns }) => turns.length === 0);
  const first = firstChoice(choicesFor([]));
  const { choose, clear } = stores.conversation.getState();
  useEffect(() => {
    if (model === null && first !== null) choose(first);
  }, [model, first, choose]);
  return (
    <>
      {!isEmpty && (
        <Button size="xs" variant="default" onClick={clear}>
          Start anew
        </Button>
      )}
      <ModelPicker
        label="Model to ask"
        width={340}
        value={model}
        choicesFor={choicesFor}
        onChoose={choose}
      />
    </>
  );
}
