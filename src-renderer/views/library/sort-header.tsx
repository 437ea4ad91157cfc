import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import classes from './model-table.module.css';

interface SortHeaderProps {
  readonly label: string;
  readonly active: boolean;
  readonly order: 'ascending' | 'descending';
  readonly onSort: () => void;
}

export function SortHeader({ label, active, order, onSort }: SortHeaderProps) {
  const Arrow = order === 'ascending' ? IconArrowUp : IconArrowDown;
  return (
    <th aria-sort={active ? order : 'none'}>
      <UnstyledButton className={classes.sort ?? ''} onClick={onSort}>
        {label}
        {active && <Arrow size={13} aria-hidden />}
      </UnstyledButton>
    </th>
  );
}
