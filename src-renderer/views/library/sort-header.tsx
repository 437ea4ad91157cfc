import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { LibrarySort, SortColumn } from '../../format/library-sort.ts';
import classes from './model-table.module.css';

interface SortHeaderProps {
  readonly label: string;
  readonly column: SortColumn;
  readonly sort: LibrarySort;
  readonly onSort: (column: SortColumn) => void;
  readonly className?: string | undefined;
}

/** The head of a column, which sorts by it, and again the other way round. */
export function SortHeader({ label, column, sort, onSort, className }: SortHeaderProps) {
  const isActive = sort.by === column;
  const Arrow = sort.order === 'ascending' ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" aria-sort={isActive ? sort.order : 'none'} className={className}>
      <UnstyledButton className={classes.sort ?? ''} onClick={() => onSort(column)}>
        {label}
        {isActive && <Arrow size={13} aria-hidden />}
      </UnstyledButton>
    </th>
  );
}
