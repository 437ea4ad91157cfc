import { Button, Center, Stack } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { SearchHit } from '../../../src-shared/domain/hub.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { HitRow } from '../../components/hit-row.tsx';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

interface SearchHitsProps {
  readonly items: readonly SearchHit[];
  readonly hasMore: boolean;
}

/** What was found so far, and the way to more. */
export function SearchHits({ items, hasMore }: SearchHitsProps) {
  const stores = useStores();
  const { more, showMore } = useSlice('search', (state) => state);
  const [now] = useState(Date.now);
  const open = useCallback(
    (hit: SearchHit) => {
      stores.navigation.getState().showRepository();
      void stores.repository.getState().open(hit.ref);
    },
    [stores],
  );
  return (
    <Stack gap="md">
      <ul aria-label="Search results" style={{ margin: 0, padding: 0, listStyle: 'none' }}>
        {items.map((hit) => (
          <HitRow key={hit.ref} hit={hit} now={now} onOpen={open} />
        ))}
      </ul>
      {typeof more === 'object' && (
        <ErrorNotice
          error={more}
          onAction={(kind) =>
            performAction(stores, kind, { error: more, retry: () => void showMore() })
          }
        />
      )}
      {hasMore && (
        <Center>
          <Button variant="default" loading={more === 'loading'} onClick={() => void showMore()}>
            Show more
          </Button>
        </Center>
      )}
    </Stack>
  );
}
