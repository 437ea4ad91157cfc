import { Button, Group, Select, Skeleton, Stack, Switch } from '@mantine/core';
import { IconZoomExclamation } from '@tabler/icons-react';
import { useEffect } from 'react';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { TASKS } from '../../format/words.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { SearchHits } from './search-hits.tsx';

const TASK_OPTIONS = Object.entries(TASKS).map(([value, label]) => ({ value, label }));

export function SearchView() {
  const stores = useStores();
  const { query, page, search } = useSlice('search', (state) => state);
  useEffect(() => {
    if (stores.search.getState().page === null) void stores.search.getState().search({});
  }, [stores]);
  const note = query.words ? `Results for “${query.words}”` : 'Popular on the hub';
  return (
    <Page
      title="Discover"
      note={page?.status === 'failed' ? undefined : note}
      actions={
        <Group gap="md" wrap="nowrap">
          <Switch
            label="Fits this machine"
            checked={query.fits}
            onChange={(event) => void search({ fits: event.currentTarget.checked })}
          />
          <Select
            aria-label="Task"
            placeholder="Any task"
            size="sm"
            w={180}
            clearable
            searchable
            data={TASK_OPTIONS}
            value={query.task}
            onChange={(task) => void search({ task })}
          />
        </Group>
      }
    >
      <SearchContent />
    </Page>
  );
}

function SearchContent() {
  const stores = useStores();
  const { page, query, search } = useSlice('search', (state) => state);
  if (!page || page.status === 'loading') return <SearchSkeleton />;
  if (page.status === 'failed') {
    const { error } = page;
    const retry = () => void search({});
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry, reference: query.words })}
      />
    );
  }
  return page.value.items.length === 0 ? (
    <NothingFound />
  ) : (
    <SearchHits items={page.value.items} hasMore={page.value.nextCursor !== undefined} />
  );
}

function NothingFound() {
  const stores = useStores();
  const { query, search } = useSlice('search', (state) => state);
  const filtered = query.fits || query.task !== null;
  return (
    <EmptyScreen
      icon={IconZoomExclamation}
      title="Nothing found"
      description={
        filtered
          ? 'No model on the hub matches the words and the filters together.'
          : 'No model on the hub matches these words. Fewer or shorter words often find more.'
      }
    >
      <Group gap="xs">
        {filtered && (
          <Button
            size="xs"
            variant="light"
            onClick={() => void search({ fits: false, task: null })}
          >
            Clear the filters
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          onClick={() => stores.navigation.getState().focusSearch()}
        >
          Change the words
        </Button>
      </Group>
    </EmptyScreen>
  );
}

function SearchSkeleton() {
  return (
    <Stack gap="sm" aria-busy aria-label="Searching">
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} height={62} radius="md" />
      ))}
    </Stack>
  );
}
