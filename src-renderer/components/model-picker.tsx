import { type ComboboxItem, Group, Select, type SelectProps, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import {
  type ChoiceGroup,
  choiceIn,
  type ModelChoice,
  referenceIn,
} from '../format/model-choices.ts';
import { TONE_COLORS, type Tone } from '../format/model-status.ts';
import classes from './model-picker.module.css';

interface ModelPickerProps {
  /** Names it for screen readers. */
  readonly label: string;
  readonly value: string | null;
  /** What can be chosen, given texts that may be references of models that are not in the library. */
  readonly choicesFor: (asked: readonly string[]) => readonly ChoiceGroup[];
  readonly onChoose: (value: string) => void;
  readonly width?: number;
}

/** Finds a model by words. A reference that is typed can be chosen as well, whether it is here or not. */
export function ModelPicker({ label, value, choicesFor, onChoose, width }: ModelPickerProps) {
  const [typed, setTyped] = useState('');
  const groups = useMemo(
    () => choicesFor(value === null ? [typed] : [value, typed]),
    [choicesFor, value, typed],
  );
  // A name that is in no group, e.g. an alias that is gone, can still be asked for.
  const unknown = value !== null && !choiceIn(groups, value) ? [{ value, label: value }] : [];
  const data = [
    ...groups.map(({ group, items }) => ({ group, items: items.map(toItem) })),
    ...unknown,
  ];
  return (
    <Select
      aria-label={label}
      placeholder="Choose a model, or type a reference"
      {...(width !== undefined && { w: width })}
      searchable
      selectFirstOptionOnChange
      allowDeselect={false}
      nothingFoundMessage="No model is called that"
      maxDropdownHeight={380}
      comboboxProps={{ width: 420, position: 'bottom-end' }}
      leftSection={<Dot tone={choiceIn(groups, value)?.tone ?? 'idle'} />}
      data={data}
      value={value}
      filter={filterFor(groups)}
      renderOption={({ option }) => (
        <ChoiceLine choice={choiceIn(groups, option.value)} label={option.label} />
      )}
      onSearchChange={setTyped}
      onChange={(next) => next !== null && onChoose(next)}
    />
  );
}

const toItem = ({ value, label }: ModelChoice): ComboboxItem => ({ value, label });

/** Every word is somewhere in the name or in the reference; a typed reference finds itself. */
function filterFor(groups: readonly ChoiceGroup[]): NonNullable<SelectProps['filter']> {
  return ({ options, search }) => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const reference = referenceIn(search);
    const finds = ({ value, label }: ComboboxItem) => {
      const text = `${label} ${value} ${choiceIn(groups, value)?.sentence ?? ''}`.toLowerCase();
      return value === reference || words.every((word) => text.includes(word));
    };
    return options
      .map((option) =>
        'group' in option
          ? { ...option, items: option.items.filter(isOption).filter(finds) }
          : option,
      )
      .filter((option) => ('group' in option ? option.items.length > 0 : finds(option)));
  };
}

const isOption = (item: ComboboxItem | string): item is ComboboxItem => typeof item !== 'string';

interface ChoiceLineProps {
  readonly choice: ModelChoice | undefined;
  readonly label: string;
}

function ChoiceLine({ choice, label }: ChoiceLineProps) {
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      <Dot tone={choice?.tone ?? 'idle'} />
      <div className={classes.words}>
        <Text size="sm" className="path">
          {label}
        </Text>
        {choice && (
          <Text size="xs" c="dimmed">
            {choice.sentence}
          </Text>
        )}
      </div>
    </Group>
  );
}

/** Its meaning stands beside it in words. */
const Dot = ({ tone }: { readonly tone: Tone }) => (
  <span className={classes.dot} style={{ background: TONE_COLORS[tone] }} aria-hidden />
);
