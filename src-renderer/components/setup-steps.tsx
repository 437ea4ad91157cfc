import { List, Stack, Text } from '@mantine/core';

interface SetupStepsProps {
  readonly steps: readonly string[];
}

/** What to do first on this computer, so that something can answer. */
export function SetupSteps({ steps }: SetupStepsProps) {
  if (steps.length === 0) return null;
  return (
    <Stack gap={6} ta="left">
      <Text size="sm" fw={600}>
        How to get an answer on this computer
      </Text>
      <List type="ordered" size="sm" spacing={4} className="path">
        {steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
    </Stack>
  );
}
