import { Checkbox, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import {
  type GenerationTask,
  generationTaskSchema,
  type Requirements,
} from '../../../src-shared/domain/fallback.ts';
import { ModelPicker } from '../../components/model-picker.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { firstChoice } from '../../format/model-choices.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useChoices } from '../use-choices.ts';
import { Simulation } from './simulation.tsx';

const TASKS: Readonly<Record<GenerationTask, string>> = {
  chat: 'Chat',
  completion: 'Completion of a text',
  embedding: 'Embeddings',
  transcription: 'Speech to text',
  image: 'Images',
  video: 'Videos',
};

const TASK_OPTIONS = [
  { value: '', label: 'Any task' },
  ...Object.entries(TASKS).map(([value, label]) => ({ value, label })),
];

const NEEDS = [
  { name: 'vision', label: 'Sees pictures' },
  { name: 'tools', label: 'Calls functions' },
  { name: 'json', label: 'Answers in JSON' },
] as const;

/** “If this model is missing now, this would happen, because…” Nothing is changed by it. */
export function Simulator() {
  const stores = useStores();
  const choicesFor = useChoices();
  const asked = useSlice('conversation', (state) => state.model);
  const [chosen, setChosen] = useState<string | null>(asked);
  const [requirements, setRequirements] = useState<Requirements>({});
  const modelId = chosen ?? firstChoice(choicesFor([]));
  useEffect(() => void stores.runtimes.getState().load(), [stores]);
  return (
    <SettingsSection title="What would happen">
      <Stack gap="md" p="md">
        <Text size="sm">
          Choose a model, and see what a request for it gets if it is missing now.
        </Text>
        <Group gap="sm">
          <ModelPicker
            label="Model that is missing"
            width={340}
            value={modelId}
            choicesFor={choicesFor}
            onChoose={setChosen}
          />
          <RequirementFields requirements={requirements} onChange={setRequirements} />
        </Group>
        <Needs requirements={requirements} onChange={setRequirements} />
        {modelId !== null && <Simulation modelId={modelId} requirements={requirements} />}
      </Stack>
    </SettingsSection>
  );
}

interface RequirementFieldsProps {
  readonly requirements: Requirements;
  readonly onChange: (requirements: Requirements) => void;
}

/** What the request needs of a model. What is left out is not asked for. */
function RequirementFields({ requirements, onChange }: RequirementFieldsProps) {
  const { task: _task, ...withoutTask } = requirements;
  const { contextTokens: _tokens, ...withoutTokens } = requirements;
  const chooseTask = (value: string) => {
    const task = generationTaskSchema.safeParse(value);
    onChange(task.success ? { ...withoutTask, task: task.data } : withoutTask);
  };
  const chooseTokens = (value: number | string) =>
    onChange(
      typeof value === 'number' && value > 0
        ? { ...withoutTokens, contextTokens: Math.round(value) }
        : withoutTokens,
    );
  return (
    <>
      <NativeSelect
        aria-label="Task"
        data={TASK_OPTIONS}
        value={requirements.task ?? ''}
        onChange={(event) => chooseTask(event.currentTarget.value)}
      />
      <NumberInput
        w={170}
        aria-label="Tokens of question and answer together"
        placeholder="Any length"
        suffix=" tokens"
        min={1}
        max={10_000_000}
        value={requirements.contextTokens ?? ''}
        onChange={chooseTokens}
      />
    </>
  );
}

function Needs({ requirements, onChange }: RequirementFieldsProps) {
  return (
    <Group gap="md">
      {NEEDS.map(({ name, label }) => (
        <Checkbox
          key={name}
          label={label}
          checked={requirements[name] === true}
          onChange={(event) => {
            const { [name]: _need, ...others } = requirements;
            onChange(event.currentTarget.checked ? { ...others, [name]: true } : others);
          }}
        />
      ))}
    </Group>
  );
}
