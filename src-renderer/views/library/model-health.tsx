import { Button, Group, Text } from '@mantine/core';
import { Moment } from '../../components/moment.tsx';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { DrawerSection } from './drawer-section.tsx';

/** What the last check said, and the way to all that was found. */
export function ModelHealthSection({ modelId }: { readonly modelId: string }) {
  const stores = useStores();
  const health = useSlice('health', (state) =>
    loadedValue(state.health)?.items.find((one) => one.modelId === modelId),
  );
  if (!health) return null;
  const { verdict, sentence, healthScore, lastProvenAt } = health;
  return (
    <DrawerSection
      title="Health"
      action={
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => stores.navigation.getState().showHealth(modelId)}
        >
          Show in Health
        </Button>
      }
    >
      <Group gap={8} mb={4}>
        <VerdictBadge verdict={verdict} />
        <Text size="sm" c="dimmed" className="numbers">
          {Math.round(healthScore)} of 100
        </Text>
      </Group>
      <Text size="sm" className="path">
        {sentence}
      </Text>
      <Text size="xs" c="dimmed" mt={2}>
        {lastProvenAt ? (
          <>
            Last proven <Moment at={lastProvenAt} now={Date.now()} />
          </>
        ) : (
          'Not proven as a whole yet'
        )}
      </Text>
    </DrawerSection>
  );
}
