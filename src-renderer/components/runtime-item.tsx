import { Box, Button, Group, Stack, Text } from '@mantine/core';
import type { RuntimeInfo } from '../../src-shared/domain/generation.ts';
import { TONE_COLORS } from '../format/model-status.ts';
import { loadedFacts, runtimeFacts, runtimeState } from '../format/runtime-words.ts';

interface RuntimeItemProps {
  readonly runtime: RuntimeInfo;
  readonly titleOf: (modelId: string) => string;
  readonly onUnload: (modelId: string) => void;
}

/** Something that runs models: whether it is ready, and what it holds in memory. */
export function RuntimeItem({ runtime, titleOf, onUnload }: RuntimeItemProps) {
  const { words, tone } = runtimeState(runtime);
  return (
    <Box px="md" py="sm" role="group" aria-label={runtime.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={500}>
            {runtime.name}
          </Text>
          <Text size="xs" c="dimmed" className="path">
            {runtimeFacts(runtime)}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap">
          <Box w={8} h={8} bdrs="50%" bg={TONE_COLORS[tone]} aria-hidden />
          <Text size="xs">{words}</Text>
        </Group>
      </Group>
      {runtime.loaded.length > 0 && (
        <Stack component="ul" gap={6} m={0} mt={10} p={0} style={{ listStyle: 'none' }}>
          {runtime.loaded.map((loaded) => (
            <Group key={loaded.modelId} component="li" justify="space-between" wrap="nowrap">
              <div>
                <Text size="sm" className="path">
                  {titleOf(loaded.modelId)}
                </Text>
                <Text size="xs" c="dimmed" className="numbers">
                  {loadedFacts(loaded)}
                </Text>
              </div>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Unload ${titleOf(loaded.modelId)}`}
                onClick={() => onUnload(loaded.modelId)}
              >
                Unload
              </Button>
            </Group>
          ))}
        </Stack>
      )}
    </Box>
  );
}
