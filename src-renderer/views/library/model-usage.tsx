import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { HourBars } from '../../components/hour-bars.tsx';
import { Moment } from '../../components/moment.tsx';
import { counted } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { DrawerSection } from './drawer-section.tsx';

/** How often and when programs used the model, as far as they report it. */
export function ModelUsageSection({ modelId }: { readonly modelId: string }) {
  const stores = useStores();
  const usage = useSlice('usage', (state) => loadedValue(state.usage));
  const lastUses = useSlice('usage', (state) => loadedValue(state.lastUses));
  useEffect(() => void stores.usage.getState().load(), [stores]);
  const use = usage?.items.find((item) => item.modelId === modelId);
  const lastUsedAt = use?.lastUsedAt ?? lastUses?.get(modelId);
  // Neither is known yet, or cannot be.
  if (!usage && !lastUses) return null;
  return (
    <DrawerSection title="Use">
      <Text size="sm" className="numbers">
        {counted(use?.uses ?? 0, 'use')} in 30 days
        {lastUsedAt && (
          <>
            , last <Moment at={lastUsedAt} now={Date.now()} />
          </>
        )}
      </Text>
      {use && use.uses > 0 && (
        <>
          <Text size="xs" c="dimmed" mt={6} mb={4}>
            By hour of the day
          </Text>
          <HourBars hours={use.hours} />
        </>
      )}
    </DrawerSection>
  );
}
