import { Tabs } from '@mantine/core';
import { Page } from '../../components/page.tsx';
import { counted } from '../../format/words.ts';
import type { RequestsPart } from '../../stores/navigation-store.ts';
import { openRequests } from '../../stores/requests-store.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { MissingPart } from './missing-part.tsx';
import { ProgramsPart } from './programs-part.tsx';
import { RequestLists } from './request-lists.tsx';

const PARTS: Readonly<Record<RequestsPart, string>> = {
  requests: 'Requests',
  programs: 'Other programs',
  missing: 'Missing models',
};

/** What is asked of models, by whom, and what happens when a model is not here. */
export function RequestsView() {
  const stores = useStores();
  const part = useSlice('navigation', (state) => state.requestsPart);
  const open = useSlice('requests', openRequests);
  const show = (next: string | null) => {
    const found = Object.keys(PARTS).find((one): one is RequestsPart => one === next);
    if (found) stores.navigation.getState().showRequests(found);
  };
  return (
    <Page title="Requests" note={open > 0 ? `${counted(open, 'request')} open` : undefined}>
      <Tabs value={part} onChange={show} keepMounted={false} maw={980}>
        <Tabs.List mb="lg" aria-label="Parts of this view">
          {Object.entries(PARTS).map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="requests">
          <RequestLists />
        </Tabs.Panel>
        <Tabs.Panel value="programs">
          <ProgramsPart />
        </Tabs.Panel>
        <Tabs.Panel value="missing">
          <MissingPart />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
