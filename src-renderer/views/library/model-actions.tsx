import { ActionIcon, Menu } from '@mantine/core';
import {
  type Icon,
  IconCopy,
  IconDots,
  IconDownload,
  IconExternalLink,
  IconFolder,
  IconFolderShare,
  IconMessageCircle,
  IconPin,
  IconPinnedOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { shortFolder } from '../../format/library-words.ts';
import { canChat, isReady } from '../../format/model-choices.ts';
import { type MainAction, mainActionOf } from '../../format/model-status.ts';
import { titleOfModel } from '../../format/titles.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { tryModel } from '../../stores/try-model.ts';
import { RemoveDialog } from './remove-dialog.tsx';

const MAIN: Record<MainAction, { readonly verb: string; readonly icon: Icon }> = {
  start: { verb: 'Download', icon: IconDownload },
  pause: { verb: 'Pause', icon: IconPlayerPause },
  resume: { verb: 'Resume', icon: IconPlayerPlay },
  retry: { verb: 'Try again', icon: IconRefresh },
};

interface ModelActionsProps {
  readonly model: Model;
  readonly download: Download | undefined;
}

/** The buttons of a row: the one that matters now, and a menu with the others. */
export function ModelActions({ model, download }: ModelActionsProps) {
  const stores = useStores();
  const main = mainActionOf(model, download);
  const verb = main === 'start' && model.availability === 'corrupted' ? 'Download again:' : null;
  return (
    <>
      {main && (
        <IconButton
          label={`${verb ?? MAIN[main].verb} ${titleOfModel(model)}`}
          tooltip={verb ? 'Download again' : MAIN[main].verb}
          icon={MAIN[main].icon}
          onClick={() =>
            void run(stores, ['downloads.manage', { action: main, modelId: model.id }], {
              modelId: model.id,
            })
          }
        />
      )}
      <MoreActions model={model} />
    </>
  );
}

/** The menu is built when it is first opened: a library may have a thousand rows. */
function MoreActions({ model }: { readonly model: Model }) {
  const [used, setUsed] = useState(false);
  const label = `More actions for ${titleOfModel(model)}`;
  if (used) return <MoreMenu model={model} label={label} />;
  return (
    <ActionIcon aria-label={label} aria-haspopup="menu" onClick={() => setUsed(true)}>
      <IconDots size={18} />
    </ActionIcon>
  );
}

function MoreMenu({ model, label }: { readonly model: Model; readonly label: string }) {
  const [opened, setOpened] = useState(false);
  const [removing, setRemoving] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It takes the place of the button that was pressed, and the focus with it.
    target.current?.focus();
    setOpened(true);
  }, []);
  return (
    <>
      <Menu opened={opened} onChange={setOpened} position="bottom-end">
        <Menu.Target>
          <ActionIcon ref={target} aria-label={label}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <MoreItems model={model} onRemove={() => setRemoving(true)} />
      </Menu>
      {removing && <RemoveDialog model={model} onClose={() => setRemoving(false)} />}
    </>
  );
}

interface MoreItemsProps {
  readonly model: Model;
  readonly onRemove: () => void;
}

function MoreItems({ model, onRemove }: MoreItemsProps) {
  const stores = useStores();
  const modelId = model.id;
  const copyPath = async () => {
    await navigator.clipboard.writeText(model.folder);
    stores.notices.getState().note('Path copied');
  };
  return (
    <Menu.Dropdown>
      {isReady(model) && canChat(model) && (
        <Menu.Item
          leftSection={<IconMessageCircle size={16} />}
          onClick={() => tryModel(stores, modelId)}
        >
          Try it
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconFolder size={16} />}
        onClick={() => void run(stores, ['folders.open', { place: 'model', modelId }], { modelId })}
      >
        Open folder
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void copyPath()}>
        Copy path
      </Menu.Item>
      <Menu.Item
        leftSection={<IconExternalLink size={16} />}
        onClick={() => void run(stores, ['links.open', { modelId }], { modelId })}
      >
        Open model page
      </Menu.Item>
      <Menu.Item
        leftSection={model.keep ? <IconPinnedOff size={16} /> : <IconPin size={16} />}
        onClick={() => void run(stores, ['models.keep', { modelId, keep: !model.keep }])}
      >
        {model.keep ? 'Allow clean-up' : 'Keep'}
      </Menu.Item>
      <MoveItems model={model} />
      <Menu.Divider />
      <Menu.Item c="var(--larder-bad)" leftSection={<IconTrash size={16} />} onClick={onRemove}>
        Remove…
      </Menu.Item>
    </Menu.Dropdown>
  );
}

/** To the other libraries that are open. */
function MoveItems({ model }: { readonly model: Model }) {
  const stores = useStores();
  const libraries = useSlice('libraries', (state) => loadedValue(state.libraries)) ?? [];
  const others = libraries.filter(
    ({ folder, state }) => state === 'open' && folder !== model.library,
  );
  if (model.availability !== 'available' || model.activity !== 'idle') return null;
  return others.map(({ folder }) => (
    <Menu.Item
      key={folder}
      leftSection={<IconFolderShare size={16} />}
      onClick={() => void run(stores, ['models.move', { modelId: model.id, to: folder }])}
    >
      Move to {shortFolder(folder)}
    </Menu.Item>
  ));
}
