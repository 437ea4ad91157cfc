import { Button, Group, NativeSelect, NumberInput, Paper, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { CleanupRule } from '../../src-shared/domain/cleanup-rule.ts';
import { IconButton } from './icon-button.tsx';

interface RulesEditorProps {
  readonly label: string;
  readonly rules: readonly CleanupRule[];
  readonly disabled: boolean;
  readonly onChange: (rules: readonly CleanupRule[]) => void;
}

const GB = 1e9;
const NEW_RULE: CleanupRule = {
  name: 'Large and long unused',
  unusedDays: 60,
  largerThanBytes: 5 * GB,
  action: 'propose',
};

/** What may go: each rule with its conditions, all of which have to hold. */
export function RulesEditor({ label, rules, disabled, onChange }: RulesEditorProps) {
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      {rules.map((rule, index) => (
        <RuleRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rules may have the same name while they are edited
          key={index}
          place={`Rule ${index + 1}`}
          rule={rule}
          disabled={disabled}
          onChange={(next) => onChange(rules.with(index, next))}
          onRemove={() => onChange(rules.toSpliced(index, 1))}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={14} />}
        disabled={disabled}
        onClick={() => onChange([...rules, NEW_RULE])}
      >
        Add a rule
      </Button>
    </Stack>
  );
}

interface RuleRowProps {
  /** Tells it from the others, e.g. `Rule 1`. */
  readonly place: string;
  readonly rule: CleanupRule;
  readonly disabled: boolean;
  readonly onChange: (rule: CleanupRule) => void;
  readonly onRemove: () => void;
}

/** Handed over when a field is left. */
function RuleRow({ place, rule, disabled, onChange, onRemove }: RuleRowProps) {
  const [draft, setDraft] = useState(rule);
  const stored = JSON.stringify(rule);
  useEffect(() => setDraft(JSON.parse(stored)), [stored]);
  const commit = (next: CleanupRule) => {
    if (JSON.stringify(next) !== stored) onChange(next);
  };
  const field = { size: 'xs', disabled, onBlur: () => commit(draft) } as const;
  return (
    <Paper withBorder p="xs" role="group" aria-label={place}>
      <Group gap={8} wrap="nowrap" align="flex-end">
        <TextInput
          {...field}
          style={{ flex: 1 }}
          label="Name"
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <IconButton
          label={`Remove ${place}`}
          tooltip="Remove"
          icon={IconX}
          disabled={disabled}
          onClick={onRemove}
        />
      </Group>
      <Group gap={8} mt={8} align="flex-end">
        <NumberInput
          {...field}
          w={130}
          label="Unused for"
          suffix=" days"
          min={1}
          max={3_650}
          value={draft.unusedDays ?? ''}
          onChange={(value) => setDraft(withNumber(draft, 'unusedDays', value, 1))}
        />
        <NumberInput
          {...field}
          w={130}
          label="Larger than"
          suffix=" GB"
          min={0}
          decimalScale={1}
          value={draft.largerThanBytes === undefined ? '' : draft.largerThanBytes / GB}
          onChange={(value) => setDraft(withNumber(draft, 'largerThanBytes', value, GB))}
        />
        <TextInput
          {...field}
          w={150}
          label="With the tag or task"
          placeholder="any"
          value={draft.tag ?? ''}
          onChange={(event) => setDraft(withTag(draft, event.currentTarget.value))}
        />
        <NativeSelect
          size="xs"
          disabled={disabled}
          label="Then"
          data={[
            { value: 'propose', label: 'Propose it' },
            { value: 'trash', label: 'It may go to the trash' },
          ]}
          value={draft.action}
          onChange={(event) => {
            const action = event.currentTarget.value === 'trash' ? 'trash' : 'propose';
            commit({ ...draft, action });
          }}
        />
      </Group>
    </Paper>
  );
}

/** An empty field is no condition. */
function withNumber(
  rule: CleanupRule,
  key: 'unusedDays' | 'largerThanBytes',
  value: string | number,
  factor: number,
): CleanupRule {
  const { [key]: _, ...rest } = rule;
  const number = Math.round(Number(value) * factor);
  return value === '' || !(number > 0) ? rest : { ...rule, [key]: number };
}

function withTag({ tag: _, ...rule }: CleanupRule, text: string): CleanupRule {
  return text === '' ? rule : { ...rule, tag: text };
}
