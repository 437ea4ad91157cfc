import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconArrowLeft, IconExternalLink } from '@tabler/icons-react';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { RepositoryDetail } from './repository-detail.tsx';

/** One repository, as asked for by a reference. */
export function RepositoryView() {
  const stores = useStores();
  const { reference, repository } = useSlice('repository', (state) => state);
  const ready = repository.status === 'ready' ? repository.value : null;
  return (
    <Page
      title={ready?.name ?? reference.replace(/^hf:/, '')}
      note={ready?.author && `by ${ready.author}`}
      actions={
        <Group gap="xs" wrap="nowrap">
          {ready && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconExternalLink size={15} />}
              onClick={() => void run(stores, ['links.open', { ref: ready.ref }])}
            >
              Open model page
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowLeft size={15} />}
            onClick={() => stores.navigation.getState().showSearch()}
          >
            Back to results
          </Button>
        </Group>
      }
    >
      <RepositoryContent />
    </Page>
  );
}

function RepositoryContent() {
  const stores = useStores();
  const { reference, repository, reload } = useSlice('repository', (state) => state);
  if (repository.status === 'loading') return <RepositorySkeleton />;
  if (repository.status === 'ready') return <RepositoryDetail repository={repository.value} />;
  const { error } = repository;
  return (
    <ErrorScreen
      error={error}
      onAction={(kind) =>
        performAction(stores, kind, { error, reference, retry: () => void reload() })
      }
    />
  );
}

function RepositorySkeleton() {
  return (
    <Stack gap="sm" aria-busy aria-label="Looking at the repository">
      <Skeleton height={18} width={320} />
      <Skeleton height={72} mt="md" />
      <Skeleton height={72} />
      <Skeleton height={72} />
    </Stack>
  );
}
