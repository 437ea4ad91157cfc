import { ActionIcon, Group, Menu } from '@mantine/core';
import {
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import type { Download } from '../../src-shared/domain/download.ts';
import { titleOfDownload } from '../format/titles.ts';
import { IconButton } from './icon-button.tsx';

export interface DownloadButtonsProps {
  readonly download: Download;
  readonly canMoveUp: boolean;
  readonly canMoveDown: boolean;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onRetry: () => void;
  readonly onCancel: () => void;
  readonly onDismiss: () => void;
  readonly onMoveUp: () => void;
  readonly onMoveDown: () => void;
  readonly onFirst: () => void;
}

/** Exactly what `download.can` allows. */
export function DownloadButtons(props: DownloadButtonsProps) {
  const { download, onPause, onResume, onRetry, onCancel, onDismiss } = props;
  const { can } = download;
  const title = titleOfDownload(download);
  const button = (verb: string) => ({ label: `${verb} ${title}`, tooltip: verb });
  return (
    <Group gap={4} wrap="nowrap">
      {can.retry && <IconButton {...button('Try again')} icon={IconRefresh} onClick={onRetry} />}
      {can.pause && <IconButton {...button('Pause')} icon={IconPlayerPause} onClick={onPause} />}
      {can.resume && <IconButton {...button('Resume')} icon={IconPlayerPlay} onClick={onResume} />}
      {can.prioritize && (props.canMoveUp || props.canMoveDown) && <OrderMenu {...props} />}
      {can.cancel && <IconButton {...button('Cancel')} icon={IconX} onClick={onCancel} />}
      {download.state.kind === 'done' && (
        <IconButton {...button('Clear')} icon={IconX} onClick={onDismiss} />
      )}
    </Group>
  );
}

function OrderMenu(props: DownloadButtonsProps) {
  const { download, canMoveUp, canMoveDown, onFirst, onMoveUp, onMoveDown } = props;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="md" aria-label={`Change the order of ${titleOfDownload(download)}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={!canMoveUp}
          leftSection={<IconArrowBarToUp size={16} />}
          onClick={onFirst}
        >
          This one next
        </Menu.Item>
        <Menu.Item disabled={!canMoveUp} leftSection={<IconArrowUp size={16} />} onClick={onMoveUp}>
          Move up
        </Menu.Item>
        <Menu.Item
          disabled={!canMoveDown}
          leftSection={<IconArrowDown size={16} />}
          onClick={onMoveDown}
        >
          Move down
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
