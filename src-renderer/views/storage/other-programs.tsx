import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import {
  APP_NAMES,
  type FoundModel,
  type FoundPlace,
  type Inventory,
} from '../../../src-shared/domain/inventory.ts';
import { SettingsSection } from '../../components/settings-section.tsx';
import { lackWords, scanWords } from '../../format/storage.ts';
import { counted } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

export const PROGRAMS_ID = 'other-programs';

/** Models that other programs keep here, to be used in place. */
export function OtherPrograms() {
  const inventory = useSlice('inventory', (state) => loadedValue(state.inventory));
  if (!inventory) return null;
  return (
    <SettingsSection title="Models of other programs" id={PROGRAMS_ID}>
      <ScanLine inventory={inventory} />
      {inventory.places.length === 0 && inventory.scan.endedAt && (
        <Text size="sm" c="dimmed" p="md">
          None of the programs Larder knows keeps models here. A folder with models can be added.
        </Text>
      )}
      {inventory.places.map((place) => (
        <PlaceItem
          key={`${place.app} ${place.folder}`}
          place={place}
          models={inventory.items.filter(
            ({ app, folder }) => app === place.app && folder === place.folder,
          )}
        />
      ))}
    </SettingsSection>
  );
}

function ScanLine({ inventory: { scan } }: { readonly inventory: Inventory }) {
  const stores = useStores();
  const isRunning = scan.state !== 'idle';
  const addFolder = async () => {
    const chosen = await run(stores, ['folders.choose', { title: 'Choose a folder with models' }]);
    if (!chosen.ok || chosen.value.path === null) return;
    await run(stores, ['import.scan', { folders: [chosen.value.path] }]);
  };
  return (
    <Group justify="space-between" p="md">
      <Text size="sm" c="dimmed" role="status" className="numbers">
        {scanWords(scan) ??
          'Found by the usual places of each program. Nothing there is moved or changed.'}
      </Text>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          onClick={() => void run(stores, [isRunning ? 'import.stop' : 'import.scan', {}])}
        >
          {isRunning ? 'Stop' : 'Look again'}
        </Button>
        <Button size="xs" variant="default" onClick={() => void addFolder()}>
          Add a folder…
        </Button>
      </Group>
    </Group>
  );
}

interface PlaceItemProps {
  readonly place: FoundPlace;
  readonly models: readonly FoundModel[];
}

function PlaceItem({ place, models }: PlaceItemProps) {
  const stores = useStores();
  const { app, folder, sizeBytes, isChosen, error } = place;
  const forget = async () => {
    const answer = await run(stores, ['import.forget', { folder }]);
    if (answer.ok) void stores.inventory.getState().load();
  };
  return (
    <Stack component="section" gap={6} p="md" aria-label={`${APP_NAMES[app]} ${folder}`}>
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600}>
            {APP_NAMES[app]}{' '}
            <Text span size="sm" c="dimmed" fw={400} className="numbers">
              {counted(models.length, 'model')}, {formatBytes(sizeBytes)}
            </Text>
          </Text>
          <Text size="xs" c="dimmed" className="path" truncate title={folder}>
            {folder}
          </Text>
        </div>
        {isChosen && (
          <Button size="compact-xs" variant="default" onClick={() => void forget()}>
            Look here no more
          </Button>
        )}
      </Group>
      {error && <Text size="sm">{error.detail}</Text>}
      <Stack component="ul" gap={2} m={0} p={0} style={{ listStyle: 'none' }}>
        {models.map((model) => (
          <FoundRow key={model.id} model={model} />
        ))}
      </Stack>
    </Stack>
  );
}

function FoundRow({ model }: { readonly model: FoundModel }) {
  const { name, format, sizeBytes, files } = model;
  const lack = lackWords(model);
  return (
    <Group component="li" justify="space-between" wrap="nowrap" mih={34} aria-label={name}>
      <Group gap={8} wrap="nowrap" miw={0}>
        <Text size="sm" truncate title={files[0]?.place ?? name}>
          {name}
        </Text>
        <Badge size="sm" variant="light" color={format === 'pickle' ? 'amber' : 'gray'}>
          {format}
        </Badge>
        <Text size="xs" c="dimmed" className="numbers" style={{ flexShrink: 0 }}>
          {formatBytes(sizeBytes)}
        </Text>
      </Group>
      {lack ? (
        <Text size="xs" c="dimmed" truncate title={lack}>
          {lack}
        </Text>
      ) : (
        <FoundAction model={model} />
      )}
    </Group>
  );
}

/** Taken in place, or let go of again; what is in the library anyway needs neither. */
function FoundAction({ model }: { readonly model: FoundModel }) {
  const stores = useStores();
  const [known] = model.sameAs;
  const adopted = useSlice('models', ({ models }) =>
    loadedValue(models)?.find(
      (other) => model.sameAs.includes(other.id) && other.adopted?.app === model.app,
    ),
  );
  const reload = () => {
    void stores.inventory.getState().load();
    void stores.storage.getState().load();
  };
  const adopt = async () => {
    const answer = await run(stores, ['import.adopt', { ids: [model.id] }]);
    if (!answer.ok) return;
    const { notices } = stores;
    for (const { error } of answer.value.items) {
      if (error) notices.getState().problem({ error });
      else notices.getState().note(`${model.name} is in the library; it takes no further room.`);
    }
    reload();
  };
  const undo = async (modelId: string) => {
    const answer = await run(stores, ['import.undo', { modelId }]);
    const words = `${model.name} is out of the library; its program still has it.`;
    if (answer.ok) stores.notices.getState().note(words);
    reload();
  };
  if (adopted) {
    return (
      <Group gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          Used in place
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Undo: use ${model.name} in place`}
          onClick={() => void undo(adopted.id)}
        >
          Undo
        </Button>
      </Group>
    );
  }
  if (known !== undefined) {
    return (
      <Text size="xs" c="dimmed">
        In the library too
      </Text>
    );
  }
  return (
    <Button
      size="compact-xs"
      variant="light"
      aria-label={`Use ${model.name} in place`}
      onClick={() => void adopt()}
      style={{ flexShrink: 0 }}
    >
      Use in place
    </Button>
  );
}
