import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { GenerationRequest } from '../../../src-shared/domain/generation.ts';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { EndedRequests } from '../../components/ended-requests.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { OpenRequest } from '../../components/open-request.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { groupsOf } from '../../format/requests.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';
import { AnswerDialog } from './answer-dialog.tsx';

/** What runs, what waits, and what has ended. What was asked is not part of it. */
export function RequestLists() {
  const stores = useStores();
  const { requests, load } = useSlice('requests', (state) => state);
  if (requests.status === 'loading') {
    return <Skeleton height={120} aria-busy aria-label="Loading the requests" />;
  }
  if (requests.status === 'failed') {
    const { error } = requests;
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry: () => void load() })}
      />
    );
  }
  return requests.value.length === 0 ? <NoRequests /> : <Lists requests={requests.value} />;
}

function NoRequests() {
  const { go, showRequests } = useStores().navigation.getState();
  return (
    <EmptyScreen
      icon={IconListDetails}
      title="No requests yet"
      description="What you and other programs ask of models is listed here: which model answered, how long it took, and what waits. What was asked is never listed."
    >
      <Group gap="xs">
        <Button onClick={() => go('try')}>Try it</Button>
        <Button variant="default" onClick={() => showRequests('programs')}>
          Connect a program
        </Button>
      </Group>
    </EmptyScreen>
  );
}

function Lists({ requests }: { readonly requests: readonly GenerationRequest[] }) {
  const titles = useTitles();
  const [shown, setShown] = useState<GenerationRequest | null>(null);
  const { running, waiting, ended } = useMemo(() => groupsOf(requests), [requests]);
  return (
    <Stack gap="xl">
      <OpenList title="Running" requests={running} />
      <OpenList title="Waiting" requests={waiting} />
      {ended.length > 0 && (
        <SettingsSection title="Ended">
          <EndedRequests requests={ended} titleOf={titles} now={Date.now()} onShow={setShown} />
        </SettingsSection>
      )}
      {shown && <AnswerDialog request={shown} onClose={() => setShown(null)} />}
    </Stack>
  );
}

interface OpenListProps {
  readonly title: string;
  readonly requests: readonly GenerationRequest[];
}

function OpenList({ title, requests }: OpenListProps) {
  const stores = useStores();
  const titles = useTitles();
  if (requests.length === 0) return null;
  const prioritize = async (id: string, priority: number) => {
    const answer = await run(stores, ['requests.prioritize', { id, priority }]);
    if (answer.ok) stores.requests.getState().put(id, answer.value);
  };
  const cancel = async (id: string) => {
    const answer = await run(stores, ['requests.cancel', { id }]);
    if (answer.ok) stores.requests.getState().put(id, answer.value);
  };
  return (
    <SettingsSection title={title}>
      {requests.map((request) => (
        <OpenRequest
          key={request.id}
          request={request}
          titleOf={titles}
          onCancel={() => void cancel(request.id)}
          onPrioritize={(priority) => void prioritize(request.id, priority)}
        />
      ))}
    </SettingsSection>
  );
}
