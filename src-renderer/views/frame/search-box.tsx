import { Kbd, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef } from 'react';
import { followSearch, routeOf } from '../../stores/search-route.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

const HINTS = {
  nothing: null,
  reference: 'Enter opens this model',
  words: 'Enter searches',
  refused: 'Cannot be opened',
} as const;

const ON_A_MAC = /mac/i.test(navigator.platform);

/** Takes a reference, the address of a model page, or words to search for. */
export function SearchBox() {
  const stores = useStores();
  const text = useSlice('navigation', (state) => state.searchText);
  const focus = useSlice('navigation', (state) => state.searchFocus);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus === 0) return;
    input.current?.focus();
    input.current?.select();
  }, [focus]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    followSearch(stores, text);
  };
  const hint = HINTS[routeOf(text).kind];
  return (
    <search style={{ flex: '1 1 auto', maxWidth: 620 }}>
      <form onSubmit={submit}>
        <TextInput
          ref={input}
          aria-label="Search or paste a model reference"
          placeholder="Search models, or paste a reference or hub address"
          leftSection={<IconSearch size={17} />}
          rightSectionWidth={hint ? 160 : 80}
          rightSectionPointerEvents="none"
          rightSection={
            hint ? (
              <Text size="xs" c="dimmed">
                {hint}
              </Text>
            ) : (
              <Kbd size="xs">{ON_A_MAC ? '⌘ K' : 'Ctrl K'}</Kbd>
            )
          }
          value={text}
          spellCheck={false}
          onChange={(event) =>
            stores.navigation.getState().setSearchText(event.currentTarget.value)
          }
        />
      </form>
    </search>
  );
}
