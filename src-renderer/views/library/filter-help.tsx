import { Button, Stack, Text } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { PopoverButton } from '../../components/popover-button.tsx';
import classes from './filter-help.module.css';

const TERMS = [
  ['"tiny chat"', 'words of the name, the repository, the variant or the task'],
  ['size>5GB', 'larger than that; size<500MB is smaller'],
  ['unused>30d', 'not used for 30 days; also 4 weeks, 6 months, 1 year'],
  ['status:damaged', 'or partial, missing, available, downloading, paused, offline …'],
  ['source:hf', 'or ollama, civitai, url, local'],
  ['task:chat', 'what it is made for'],
  ['tag:trial', 'with this tag of yours'],
  ['from:ollama', 'shares its files with that program'],
  ['kept', 'is never proposed for clean-up'],
  ['-kept', 'a minus turns a term around'],
] as const;

interface FilterHelpProps {
  /** Puts an example into the filter. */
  readonly onAdd: (term: string) => void;
}

/** What can be typed into the filter, with examples to press. */
export function FilterHelp({ onAdd }: FilterHelpProps) {
  return (
    <PopoverButton
      label="What can be typed here"
      tooltip="What can be typed here"
      icon={IconHelpCircle}
      active={false}
    >
      {(close) => (
        <Stack gap="xs">
          <Text size="sm">Several together find the models for which all are true.</Text>
          <dl className={classes.terms}>
            {TERMS.map(([term, meaning]) => (
              <div key={term} className={classes.term}>
                <dt>
                  <Button
                    size="compact-xs"
                    variant="default"
                    className="mono"
                    aria-label={`Add ${term}`}
                    onClick={() => {
                      onAdd(term);
                      close();
                    }}
                  >
                    {term}
                  </Button>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <Text size="xs" c="dimmed">
            A comma means “or”: status:partial,missing
          </Text>
        </Stack>
      )}
    </PopoverButton>
  );
}
