import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { LibraryInfo } from '../../../src-shared/domain/library.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { counted } from '../../format/words.ts';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';

interface LibraryMenuProps {
  readonly library: LibraryInfo;
  readonly all: readonly LibraryInfo[];
  readonly onBudget: () => void;
}

/** What can be done with a library. */
export function LibraryMenu({ library, all, onBudget }: LibraryMenuProps) {
  const stores = useStores();
  const [target, setTarget] = useState<LibraryInfo | null>(null);
  const { folder, isMain, state, modelCount } = library;
  const isOpen = state === 'open';
  const others = all.filter((other) => other.folder !== folder && other.state === 'open');
  if (!isOpen && isMain) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`More actions for the library ${folder}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isOpen && <Menu.Item onClick={onBudget}>Set a budget…</Menu.Item>}
          {isOpen && !isMain && (
            <Menu.Item
              onClick={() => void run(stores, ['libraries.change', { folder, isMain: true }])}
            >
              Put new models here
            </Menu.Item>
          )}
          {isOpen &&
            modelCount > 0 &&
            others.map((other) => (
              <Menu.Item key={other.folder} onClick={() => setTarget(other)}>
                Move all models to {other.folder}…
              </Menu.Item>
            ))}
          {!isMain && (
            <Menu.Item onClick={() => void run(stores, ['libraries.forget', { folder }])}>
              Forget this library
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {target && <MoveDialog from={library} to={target} onClose={() => setTarget(null)} />}
    </>
  );
}

interface MoveDialogProps {
  readonly from: LibraryInfo;
  readonly to: LibraryInfo;
  readonly onClose: () => void;
}

function MoveDialog({ from, to, onClose }: MoveDialogProps) {
  const stores = useStores();
  const move = async () => {
    const { folder } = from;
    const answer = await run(stores, ['libraries.move', { folder, to: to.folder }]);
    if (answer.ok) stores.notices.getState().note('Moving; the downloads show how far it is.');
  };
  return (
    <ConfirmDialog
      opened
      title={`Move ${counted(from.modelCount, 'model')}?`}
      stay="Leave them"
      choices={[{ label: `Move ${formatBytes(from.usedBytes)}`, onChoose: () => void move() }]}
      onClose={onClose}
    >
      <Text size="sm">
        Each model goes from {from.folder} to {to.folder}, is verified there, and only then deleted
        here. Until then it stays in use where it is.
        {from.isMain && ' New models then come to the other library.'}
      </Text>
    </ConfirmDialog>
  );
}
