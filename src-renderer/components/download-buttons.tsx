import { ActionIcon, Group, Menu } from '@mantine/core';
import {
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconClock,
  IconDots,
  IconGauge,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import type { OperationInput } from '../../src-shared/contract/operations.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { titleOfDownload } from '../format/titles.ts';
import { IconButton } from './icon-button.tsx';
import { PopoverButton } from './popover-button.tsx';
import { RateChoice } from './rate-choice.tsx';
import { StartTimeChoice } from './start-time-choice.tsx';

/** What is to be done with one download. */
export type DownloadOrder = Omit<OperationInput<'downloads.manage'>, 'modelId'>;

export interface DownloadButtonsProps {
  readonly download: Download;
  readonly canMoveUp: boolean;
  readonly canMoveDown: boolean;
  readonly onManage: (order: DownloadOrder) => void;
  /** Asks first, where something has arrived. */
  readonly onCancel: () => void;
  readonly onMove: (direction: 'up' | 'down') => void;
}

/** Exactly what `download.can` allows. */
export function DownloadButtons(props: DownloadButtonsProps) {
  const { download, onManage, onCancel } = props;
  const { can, state } = download;
  const title = titleOfDownload(download);
  const button = (verb: string) => ({ label: `${verb} ${title}`, tooltip: verb });
  const order = (action: DownloadOrder['action']) => () => onManage({ action });
  return (
    <Group gap={4} wrap="nowrap">
      {can.retry && (
        <IconButton {...button('Try again')} icon={IconRefresh} onClick={order('retry')} />
      )}
      {can.pause && (
        <IconButton {...button('Pause')} icon={IconPlayerPause} onClick={order('pause')} />
      )}
      {can.resume && (
        <IconButton {...button('Resume')} icon={IconPlayerPlay} onClick={order('resume')} />
      )}
      {state.kind !== 'done' && <PaceButtons download={download} onManage={onManage} />}
      {can.prioritize && (props.canMoveUp || props.canMoveDown) && <OrderMenu {...props} />}
      {can.cancel && <IconButton {...button('Cancel')} icon={IconX} onClick={onCancel} />}
      {state.kind === 'done' && (
        <IconButton {...button('Clear')} icon={IconX} onClick={order('dismiss')} />
      )}
    </Group>
  );
}

/** How fast and from when. */
function PaceButtons({ download, onManage }: Pick<DownloadButtonsProps, 'download' | 'onManage'>) {
  const { limitBytesPerSecond, startAt } = download;
  const title = titleOfDownload(download);
  return (
    <>
      <PopoverButton
        label={`Speed limit of ${title}`}
        tooltip="Speed limit"
        icon={IconGauge}
        active={limitBytesPerSecond !== null}
      >
        {(close) => (
          <RateChoice
            label="Speed limit of this download"
            value={limitBytesPerSecond}
            onChoose={(bytesPerSecond) => {
              close();
              onManage({ action: 'limit', bytesPerSecond });
            }}
          />
        )}
      </PopoverButton>
      <PopoverButton
        label={`Start time of ${title}`}
        tooltip="Start at…"
        icon={IconClock}
        active={startAt !== null}
      >
        {(close) => (
          <StartTimeChoice
            label="Do not start before"
            value={startAt}
            onChoose={(at) => {
              close();
              onManage({ action: 'start-at', at });
            }}
          />
        )}
      </PopoverButton>
    </>
  );
}

function OrderMenu(props: DownloadButtonsProps) {
  const { download, canMoveUp, canMoveDown, onManage, onMove } = props;
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
          onClick={() => onManage({ action: 'next' })}
        >
          This one next
        </Menu.Item>
        <Menu.Item
          disabled={!canMoveUp}
          leftSection={<IconArrowUp size={16} />}
          onClick={() => onMove('up')}
        >
          Move up
        </Menu.Item>
        <Menu.Item
          disabled={!canMoveDown}
          leftSection={<IconArrowDown size={16} />}
          onClick={() => onMove('down')}
        >
          Move down
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
