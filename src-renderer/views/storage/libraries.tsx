import { Badge, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { LibraryInfo } from '../../../src-shared/domain/library.ts';
import { SettingsSection } from '../../components/settings-section.tsx';
import { libraryFacts, libraryTrouble } from '../../format/library-words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { BudgetDialog } from './budget-dialog.tsx';
import { LibraryMenu } from './library-menu.tsx';

/** The folders that hold models, on one drive or on several. */
export function Libraries() {
  const libraries = useSlice('libraries', (state) => loadedValue(state.libraries));
  if (!libraries) return null;
  return (
    <SettingsSection title={libraries.length === 1 ? 'Library' : 'Libraries'}>
      {libraries.map((library) => (
        <LibraryRow key={library.folder} library={library} all={libraries} />
      ))}
      <AddLibrary />
    </SettingsSection>
  );
}

interface LibraryRowProps {
  readonly library: LibraryInfo;
  readonly all: readonly LibraryInfo[];
}

function LibraryRow({ library, all }: LibraryRowProps) {
  const stores = useStores();
  const [isBudgeting, setBudgeting] = useState(false);
  const { folder, isMain, state, movesTo } = library;
  const trouble = libraryTrouble(library);
  const stop = () => void run(stores, ['libraries.move', { folder, to: null }]);
  return (
    <Stack component="section" gap={6} p="md" aria-label={`Library ${folder}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap={8} wrap="nowrap">
            <Text size="sm" fw={600} className="path" truncate title={folder}>
              {folder}
            </Text>
            {isMain && all.length > 1 && (
              <Badge size="sm" variant="light" style={{ flexShrink: 0 }}>
                New models come here
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed" className="numbers">
            {libraryFacts(library)}
          </Text>
        </div>
        {state === 'open' && movesTo !== null && (
          <Button size="compact-xs" variant="default" onClick={stop}>
            Stop moving
          </Button>
        )}
        <LibraryMenu library={library} all={all} onBudget={() => setBudgeting(true)} />
      </Group>
      <BudgetBar library={library} />
      {trouble && (
        <Text size="sm" role="status">
          {trouble}
        </Text>
      )}
      {isBudgeting && <BudgetDialog library={library} onClose={() => setBudgeting(false)} />}
    </Stack>
  );
}

/** The text above says the same. */
function BudgetBar({ library: { usedBytes, budgetBytes } }: { readonly library: LibraryInfo }) {
  if (budgetBytes === null) return null;
  const share = Math.min(100, (100 * usedBytes) / budgetBytes);
  return <Progress value={share} size="sm" aria-hidden {...(share >= 100 && { color: 'red' })} />;
}

function AddLibrary() {
  const stores = useStores();
  const add = async () => {
    const title = 'Choose a folder for models';
    const chosen = await run(stores, ['folders.choose', { title }]);
    if (!chosen.ok || chosen.value.path === null) return;
    await run(stores, ['libraries.add', { folder: chosen.value.path }]);
  };
  return (
    <Group justify="space-between" p="md" wrap="nowrap">
      <Text size="sm" c="dimmed">
        A library can be on another drive. When that is unplugged, its models only wait for it.
      </Text>
      <Button size="xs" variant="default" onClick={() => void add()} style={{ flexShrink: 0 }}>
        Add a library…
      </Button>
    </Group>
  );
}
