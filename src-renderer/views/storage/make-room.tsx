import { Button, Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Cleanup, Proposal } from '../../../src-shared/domain/storage.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { counted } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { undoRemoval } from '../../stores/restore-models.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

const GB = 1e9;
const TARGETS = [1, 5, 10, 20, 50, 100].map((size) => ({
  value: String(size * GB),
  label: `Free ${size} GB`,
}));

/** Which models would be missed least, and what each would really free. */
export function MakeRoom() {
  const cleanup = useSlice('storage', (state) => loadedValue(state.cleanup));
  const models = useSlice('models', (state) => loadedValue(state.models)) ?? [];
  const kept = models.filter(({ keep }) => keep).length;
  if (!cleanup) return null;
  return (
    <SettingsSection title="Make room">
      {cleanup.items.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          {nothingWords(models.length, kept)}
        </Text>
      ) : (
        <Proposals cleanup={cleanup} />
      )}
    </SettingsSection>
  );
}

function nothingWords(models: number, kept: number): string {
  if (models === 0) return 'Nothing to propose: no models are in the library.';
  return kept > 0
    ? `Nothing to propose: what is here is kept (${counted(kept, 'model')}), or would free nothing.`
    : 'Nothing to propose: no model here would free anything.';
}

function Proposals({ cleanup }: { readonly cleanup: Cleanup }) {
  const stores = useStores();
  const target = useSlice('storage', (state) => state.targetBytes);
  const { chosen, toggle } = useChosen(cleanup);
  // What is asked about does not change while it is asked.
  const [asked, setAsked] = useState<readonly Proposal[] | null>(null);
  const items = cleanup.items.filter(({ modelId }) => chosen.has(modelId));
  const bytes = bytesOf(items);
  const aim = (value: string) => stores.storage.getState().aim(value === '' ? null : Number(value));
  return (
    <Stack gap="sm" p="md">
      <Group justify="space-between">
        <NativeSelect
          size="xs"
          aria-label="How much should become free"
          value={target === null ? '' : String(target)}
          data={[{ value: '', label: 'Choose by hand' }, ...TARGETS]}
          onChange={(event) => aim(event.currentTarget.value)}
        />
        <Button
          size="xs"
          color="red.8"
          disabled={items.length === 0}
          onClick={() => setAsked(items)}
        >
          {items.length === 0
            ? 'Remove…'
            : `Remove ${counted(items.length, 'model')}, ${formatBytes(bytes)}…`}
        </Button>
      </Group>
      {!cleanup.reachesTarget && (
        <Text size="sm">
          All of it together frees {formatBytes(cleanup.chosenBytes)}, less than you asked for.
        </Text>
      )}
      <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
        {cleanup.items.map((item) => (
          <ProposalRow
            key={item.modelId}
            item={item}
            isChosen={chosen.has(item.modelId)}
            onToggle={() => toggle(item.modelId)}
          />
        ))}
      </Stack>
      {asked && <RemoveDialog items={asked} onClose={() => setAsked(null)} />}
    </Stack>
  );
}

const bytesOf = (items: readonly Proposal[]) =>
  items.reduce((sum, { freedBytes }) => sum + freedBytes, 0);

/** What is proposed, until a person chooses otherwise; another target begins anew. */
function useChosen({ items, targetBytes }: Cleanup) {
  const [own, setOwn] = useState<ReadonlySet<string> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes is the target
  useEffect(() => setOwn(null), [targetBytes]);
  const proposed = items.filter(({ isChosen }) => isChosen).map(({ modelId }) => modelId);
  const chosen = own ?? new Set(proposed);
  const toggle = (modelId: string) => {
    const next = new Set(chosen);
    if (!next.delete(modelId)) next.add(modelId);
    setOwn(next);
  };
  return { chosen, toggle };
}

interface ProposalRowProps {
  readonly item: Proposal;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function ProposalRow({ item, isChosen, onToggle }: ProposalRowProps) {
  const stores = useStores();
  const keep = async () => {
    const answer = await run(stores, ['models.keep', { modelId: item.modelId, keep: true }]);
    if (answer.ok) void stores.storage.getState().load();
  };
  return (
    <Group component="li" justify="space-between" wrap="nowrap" align="flex-start">
      <Checkbox
        checked={isChosen}
        onChange={onToggle}
        label={
          <>
            {item.name}{' '}
            <Text span size="sm" c="dimmed" className="numbers">
              {formatBytes(item.freedBytes)}
            </Text>
          </>
        }
        description={item.reasons.join(' ')}
      />
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Keep ${item.name}`}
        onClick={() => void keep()}
        style={{ flexShrink: 0 }}
      >
        Keep
      </Button>
    </Group>
  );
}

interface RemoveDialogProps {
  readonly items: readonly Proposal[];
  readonly onClose: () => void;
}

function RemoveDialog({ items, onClose }: RemoveDialogProps) {
  const stores = useStores();
  const bytes = bytesOf(items);
  const remove = async (toTrash: boolean) => {
    const modelIds = items.map(({ modelId }) => modelId);
    const answer = await run(stores, ['cleanup.run', { modelIds, toTrash }]);
    if (!answer.ok) return;
    const { notices, storage, system } = stores;
    for (const { error } of answer.value.items) if (error) notices.getState().problem({ error });
    const freed = formatBytes(answer.value.freedBytes);
    const removed = answer.value.items.filter(({ error }) => !error).map(({ modelId }) => modelId);
    const undo = undoRemoval(stores, removed, answer.value.undoUntil);
    notices.getState().note(toTrash ? `${freed} go to the trash` : `${freed} freed`, undo);
    void storage.getState().load();
    void system.getState().load();
  };
  return (
    <ConfirmDialog
      opened
      title={`Remove ${counted(items.length, 'model')}?`}
      stay="Keep them"
      choices={[
        { label: 'Move to the trash', onChoose: () => void remove(true) },
        { label: `Delete ${formatBytes(bytes)}`, danger: true, onChoose: () => void remove(false) },
      ]}
      onClose={onClose}
    >
      <Text size="sm">
        In the trash they still take their room until it is emptied. Deleted, they would have to be
        downloaded again.
      </Text>
      <Text size="sm" c="dimmed">
        {items.map(({ name }) => name).join(', ')}
      </Text>
    </ConfirmDialog>
  );
}
