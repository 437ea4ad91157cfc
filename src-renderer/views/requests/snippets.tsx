import { Box, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { CodeBlock } from '../../components/answer-text.tsx';
import { firstChoice } from '../../format/model-choices.ts';
import { SNIPPET_LANGUAGES, type SnippetLanguage, snippetOf } from '../../format/snippets.ts';
import { copyToken } from '../../stores/gateway-token.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useChoices } from '../use-choices.ts';

const HIDDEN_TOKEN = 'YOUR_TOKEN';

/** How a program asks, to be copied; the token is filled in while it is copied. */
export function Snippets({ base }: { readonly base: string }) {
  const stores = useStores();
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const asked = useSlice('conversation', (state) => state.model);
  const choicesFor = useChoices();
  const model = asked ?? firstChoice(choicesFor([])) ?? 'MODEL';
  const text = (token: string) => snippetOf(language, { base, token, model });
  return (
    <Box p="md">
      <Stack gap="xs">
        <SegmentedControl
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          aria-label="Language of the example"
          data={[...SNIPPET_LANGUAGES]}
          value={language}
          onChange={setLanguage}
        />
        <CodeBlock
          code={text(HIDDEN_TOKEN)}
          language={language}
          copyLabel="Copy with the token"
          onCopy={() => void copyToken(stores, text, 'Copied with the token')}
        />
        <Text size="xs" c="dimmed">
          The answer’s header x-larder-model names the model that gave it.
        </Text>
      </Stack>
    </Box>
  );
}
