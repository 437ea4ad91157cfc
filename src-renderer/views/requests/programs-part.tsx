import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { RuntimeItem } from '../../components/runtime-item.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { useEvery } from '../../components/use-every.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';
import { Gateway } from './gateway.tsx';

const LOOK_MS = 5_000;
/** The API is just being started. */
const LOOK_SOON_MS = 1_000;

/** How other programs reach the models, and what runs these. */
export function ProgramsPart() {
  const stores = useStores();
  const url = useSlice('runtimes', (state) => loadedValue(state.runtimes)?.gateway.url);
  const isOn = useSlice('settings', ({ settings }) => loadedValue(settings)?.values.api.enabled);
  useEvery(isOn && url === null ? LOOK_SOON_MS : LOOK_MS, () => {
    void stores.runtimes.getState().load();
  });
  return (
    <Stack gap="xl">
      <Gateway url={url ?? null} />
      <Runtimes />
    </Stack>
  );
}

/** The runtime inside Larder, and servers on this computer. */
function Runtimes() {
  const stores = useStores();
  const titles = useTitles();
  const { runtimes, load, put } = useSlice('runtimes', (state) => state);
  const look = async () => {
    const answer = await run(stores, ['runtimes.refresh', {}]);
    if (answer.ok) put(answer.value.items);
  };
  const unload = async (modelId: string) => {
    const answer = await run(stores, ['runtimes.unload', { modelId }], { modelId });
    if (answer.ok) put(answer.value.items);
  };
  if (runtimes.status === 'loading') return <Skeleton height={120} aria-busy />;
  if (runtimes.status === 'failed') {
    const { error } = runtimes;
    return (
      <ErrorNotice
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry: () => void load() })}
      />
    );
  }
  const { items } = runtimes.value;
  return (
    <Stack gap="xs">
      <SettingsSection title="What runs models here">
        {items.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            Nothing was found that runs models.
          </Text>
        )}
        {items.map((runtime) => (
          <RuntimeItem
            key={runtime.id}
            runtime={runtime}
            titleOf={titles}
            onUnload={(modelId) => void unload(modelId)}
          />
        ))}
      </SettingsSection>
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => void look()}
      >
        Look for servers again
      </Button>
    </Stack>
  );
}
