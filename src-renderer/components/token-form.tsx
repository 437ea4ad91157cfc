import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ErrorReport } from '../../src-shared/errors.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface TokenFormProps {
  /** Stores it; answers the failure, or `null` when it is stored. */
  readonly onSave: (token: string, allowPlainText: boolean) => Promise<ErrorReport | null>;
  readonly onCancel?: () => void;
}

/**
 * Asks for an access token. Where the system has no key store, a dialog asks for consent before the
 * token is kept as plain text.
 */
export function TokenForm({ onSave, onCancel }: TokenFormProps) {
  const [token, setToken] = useState('');
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ErrorReport | null>(null);
  const plainOnly = error?.code === 'SECRET_STORE_PLAIN';

  const save = async (allowPlainText: boolean) => {
    setSaving(true);
    const problem = await onSave(token.trim(), allowPlainText);
    setSaving(false);
    setError(problem);
    if (!problem) setToken('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') void save(false);
  };

  return (
    <>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <PasswordInput
            label="Hugging Face access token"
            description="Made on the hub under Settings, Access Tokens. Read access is enough."
            placeholder="hf_…"
            autoComplete="off"
            maw={460}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={error && !plainOnly ? error.detail : null}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
          />
          <Group gap="xs">
            <Button type="submit" size="xs" loading={saving} disabled={token.trim() === ''}>
              Save token
            </Button>
            {onCancel && (
              <Button size="xs" variant="default" onClick={onCancel}>
                Cancel
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      <ConfirmDialog
        opened={plainOnly}
        title={error?.title ?? ''}
        stay="Do not store it"
        choices={[{ label: 'Store it unencrypted', onChoose: () => void save(true) }]}
        onClose={() => setError(null)}
      >
        <Text size="sm">{error?.detail}</Text>
      </ConfirmDialog>
    </>
  );
}
