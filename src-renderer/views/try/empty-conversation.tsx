import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconMessageCircle, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { SetupSteps } from '../../components/setup-steps.tsx';
import { canChat, isReady } from '../../format/model-choices.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './try.module.css';

/** Nothing was asked yet: an invitation, or what to do first where nothing could answer. */
export function EmptyConversation() {
  const models = useSlice('models', (state) => loadedValue(state.models));
  const servers = useSlice('runtimes', (state) => loadedValue(state.runtimes)?.items) ?? [];
  if (!models) return <Skeleton className={classes.empty ?? ''} mih={120} aria-busy />;
  const canAnswer =
    models.some((model) => isReady(model) && canChat(model)) ||
    servers.some(({ state, models: offered }) => state === 'ready' && offered.length > 0);
  return (
    <div className={classes.empty}>
      {canAnswer ? (
        <EmptyScreen
          icon={IconMessageCircle}
          title="Ask a model"
          description="You see the answer as it is written, how fast, and which model gave it. What you ask stays in this window and is not stored."
        />
      ) : (
        <NothingAnswers />
      )}
    </div>
  );
}

/** Asked for where nothing else is known; any chat model would do. */
const SOME_MODEL = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';

function NothingAnswers() {
  const stores = useStores();
  const model = useSlice('conversation', (state) => state.model);
  const count = useSlice('models', (state) => loadedValue(state.models)?.length ?? 0);
  const [steps, setSteps] = useState<readonly string[]>([]);
  useEffect(() => {
    let isShown = true;
    const ask = async () => {
      const answer = await stores.call('fallback.suggest', { modelId: model ?? SOME_MODEL });
      if (isShown && answer.ok) setSteps(answer.value.setup);
    };
    void ask();
    return () => {
      isShown = false;
    };
  }, [stores, model]);
  const { go } = stores.navigation.getState();
  return (
    <EmptyScreen
      icon={IconPlugConnectedX}
      title="No model can answer yet"
      description={
        count === 0
          ? 'Get a model that fits this computer, then ask it here.'
          : 'No chat model in the library is complete. You can ask all the same: the question waits for its model.'
      }
    >
      <Stack gap="lg" align="center">
        <SetupSteps steps={steps} />
        <Group gap="xs">
          <Button onClick={() => go('discover')}>Discover models</Button>
          {count > 0 && (
            <Button variant="default" onClick={() => go('library')}>
              Show the library
            </Button>
          )}
        </Group>
      </Stack>
    </EmptyScreen>
  );
}
