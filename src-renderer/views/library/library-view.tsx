import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconBooks, IconClipboard, IconFilterOff, IconWorldSearch } from '@tabler/icons-react';
import { useEffect, useId } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { bytesOf } from '../../format/library-row.ts';
import { counted } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { followSearch } from '../../stores/search-route.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { FilterBox } from './filter-box.tsx';
import { ModelDrawer } from './model-drawer.tsx';
import { ModelTable } from './model-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { type Library, useLibrary } from './use-library.ts';
import { useSelection } from './use-selection.ts';

/** Every model that is tracked. */
export function LibraryView() {
  const stores = useStores();
  const library = useLibrary();
  const problemId = useId();
  useEffect(() => void stores.usage.getState().loadLastUses(), [stores]);
  const hasProblem = library.problems.length > 0;
  return (
    <Page
      title="Library"
      note={noteOf(library)}
      actions={
        library.rows.length > 0 && <FilterBox problemId={hasProblem ? problemId : undefined} />
      }
    >
      {hasProblem && (
        <Text id={problemId} size="xs" c="var(--mantine-color-error)" ta="right" role="status">
          {library.problems.join(' ')}
        </Text>
      )}
      <LibraryContent library={library} />
      <ModelDrawer />
    </Page>
  );
}

function LibraryContent({ library }: { readonly library: Library }) {
  const stores = useStores();
  const loaded = useSlice('models', (state) => state.models);
  if (loaded.status === 'loading') return <LibrarySkeleton />;
  if (loaded.status === 'failed') {
    const { error } = loaded;
    const retry = () => void stores.models.getState().load();
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry })}
      />
    );
  }
  if (library.rows.length === 0) return <EmptyLibrary />;
  return <Models shown={library.shown} />;
}

function Models({ shown }: Pick<Library, 'shown'>) {
  const { ids, selected, toggle, selectAll, clear } = useSelection(shown);
  if (shown.length === 0) return <NothingFound />;
  return (
    <>
      <ModelTable
        rows={shown}
        selectedIds={ids}
        selectedCount={selected.length}
        onSelect={toggle}
        onSelectAll={selectAll}
      />
      {selected.length > 0 && <SelectionBar selected={selected} onClear={clear} />}
    </>
  );
}

function NothingFound() {
  const { filterLibrary } = useStores().navigation.getState();
  return (
    <EmptyScreen
      icon={IconFilterOff}
      title="No model matches"
      description="Nothing in the library is what the filter asks for."
    >
      <Button onClick={() => filterLibrary('')}>Show all models</Button>
    </EmptyScreen>
  );
}

function noteOf({ rows, shown, isFiltered }: Library): string | undefined {
  if (rows.length === 0) return undefined;
  const bytes = formatBytes(bytesOf(shown));
  const all = counted(rows.length, 'model');
  return isFiltered
    ? `${shown.length.toLocaleString('en')} of ${all}, ${bytes}`
    : `${all}, ${bytes} on disk`;
}

const EXAMPLES = [
  'Qwen/Qwen2.5-0.5B-Instruct-GGUF',
  'ggml-org/SmolLM3-3B-GGUF',
  'bartowski/Llama-3.2-1B-Instruct-GGUF',
];

function EmptyLibrary() {
  const stores = useStores();
  const { go, focusSearch, setSearchText } = stores.navigation.getState();
  const endpoint = useSlice('system', ({ info }) => loadedValue(info)?.hub.endpoint);
  const hasExamples = endpoint === DEFAULT_SETTINGS.hub.endpoint;
  const follow = (reference: string) => {
    setSearchText(reference);
    followSearch(stores, reference);
  };
  return (
    <EmptyScreen
      icon={IconBooks}
      title="No models yet"
      description="Find one on the hub, or paste the address of a model page into the search box above. Larder downloads it, checks every file, and keeps it ready."
    >
      <Stack gap="lg" align="center">
        <Group gap="xs" justify="center">
          <Button leftSection={<IconWorldSearch size={17} />} onClick={() => go('discover')}>
            Discover models
          </Button>
          <Button
            variant="default"
            leftSection={<IconClipboard size={17} />}
            onClick={() => focusSearch('')}
          >
            Paste a reference
          </Button>
        </Group>
        {hasExamples && <Examples onChoose={follow} />}
      </Stack>
    </EmptyScreen>
  );
}

/** Small models of the public hub; a mirror need not have them. */
function Examples({ onChoose }: { readonly onChoose: (reference: string) => void }) {
  return (
    <Stack gap={8} align="center">
      <Text size="xs" c="dimmed" id="examples">
        Or begin with a small one
      </Text>
      <Group gap={8} justify="center" role="group" aria-labelledby="examples">
        {EXAMPLES.map((reference) => (
          <Button
            key={reference}
            size="compact-sm"
            radius="xl"
            variant="default"
            onClick={() => onChoose(reference)}
          >
            {reference}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

function LibrarySkeleton() {
  return (
    <Stack gap="sm" pt="md" aria-busy aria-label="Loading the library">
      {[1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} height={52} radius="md" />
      ))}
    </Stack>
  );
}
