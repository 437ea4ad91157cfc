import { CloseButton, Group, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useRef } from 'react';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { FilterHelp } from './filter-help.tsx';

interface FilterBoxProps {
  /** Something typed is not understood, which the element with this id explains. */
  readonly problemId: string | undefined;
}

/** Takes the words and terms that choose which models are shown. */
export function FilterBox({ problemId }: FilterBoxProps) {
  const stores = useStores();
  const text = useSlice('navigation', (state) => state.libraryFilter);
  const input = useRef<HTMLInputElement>(null);
  const filter = (next: string) => {
    stores.navigation.getState().filterLibrary(next);
    input.current?.closest('[data-scrolls]')?.scrollTo({ top: 0 });
  };
  const clear = () => {
    filter('');
    input.current?.focus();
  };
  const add = (term: string) => filter(text.trim() === '' ? term : `${text.trim()} ${term}`);
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        ref={input}
        size="xs"
        w="clamp(150px, calc(100vw - 670px), 320px)"
        aria-label="Filter models"
        placeholder="Filter by words, or size>5GB"
        leftSection={<IconFilter size={15} />}
        rightSection={
          text !== '' && <CloseButton size="xs" aria-label="Clear the filter" onClick={clear} />
        }
        spellCheck={false}
        error={problemId !== undefined}
        aria-errormessage={problemId}
        value={text}
        onChange={(event) => filter(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && clear()}
      />
      <FilterHelp onAdd={add} />
    </Group>
  );
}
