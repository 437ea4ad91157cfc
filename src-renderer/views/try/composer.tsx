import { Button, Group, NativeSelect, Text, Textarea } from '@mantine/core';
import { IconPlayerStopFilled, IconSend } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { fallbackModeSchema } from '../../../src-shared/domain/fallback.ts';
import { isBusy } from '../../format/turns.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './try.module.css';

const MODES = [
  { value: '', label: 'If it is not here: as the settings say' },
  { value: 'auto', label: 'If it is not here: the best at hand' },
  { value: 'ask', label: 'If it is not here: ask me' },
  { value: 'never', label: 'If it is not here: no other' },
];

/** Where a question is typed. Enter sends, Shift and Enter begin a new line, Escape stops the answer. */
export function Composer({ onStop }: { readonly onStop: () => void }) {
  const stores = useStores();
  const draft = useSlice('conversation', (state) => state.draft);
  const model = useSlice('conversation', (state) => state.model);
  const busy = useSlice('conversation', ({ turns }) => turns.some(isBusy));
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => input.current?.focus(), []);
  const { write, send } = stores.conversation.getState();
  const prompt = draft.trim();
  const canSend = prompt !== '' && model !== null && !busy;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!canSend) return;
    write('');
    input.current?.focus();
    void send(prompt);
  };
  const onKey = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character in some scripts.
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
    if (event.key === 'Escape') onStop();
  };
  const stop = () => {
    input.current?.focus();
    onStop();
  };
  return (
    <form onSubmit={submit} className={classes.composer} aria-label="Question">
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Textarea
          ref={input}
          style={{ flex: 1 }}
          aria-label="Your question"
          aria-describedby="composer-keys"
          placeholder={model === null ? 'Choose a model first' : 'Ask something'}
          rows={1}
          classNames={{ input: classes.question ?? '' }}
          value={draft}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        {busy ? <StopButton onStop={stop} /> : <SendButton canSend={canSend} />}
      </Group>
      <Group justify="space-between" mt={6} gap="xs">
        <Text size="xs" c="dimmed" id="composer-keys">
          Enter sends, Shift + Enter begins a new line, Escape stops. Nothing is kept but what
          waits.
        </Text>
        <FallbackChoice />
      </Group>
    </form>
  );
}

const SendButton = ({ canSend }: { readonly canSend: boolean }) => (
  <Button type="submit" disabled={!canSend} leftSection={<IconSend size={16} />}>
    Send
  </Button>
);

const StopButton = ({ onStop }: { readonly onStop: () => void }) => (
  <Button variant="default" leftSection={<IconPlayerStopFilled size={15} />} onClick={onStop}>
    Stop
  </Button>
);

function FallbackChoice() {
  const stores = useStores();
  const fallback = useSlice('conversation', (state) => state.fallback);
  const choose = (value: string) => {
    const mode = fallbackModeSchema.safeParse(value);
    stores.conversation.getState().allow(mode.success ? mode.data : null);
  };
  return (
    <NativeSelect
      size="xs"
      variant="unstyled"
      classNames={{ input: classes.fallback ?? '' }}
      aria-label="If the model is not here"
      data={MODES}
      value={fallback ?? ''}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}
