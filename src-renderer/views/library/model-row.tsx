import { IconPin } from '@tabler/icons-react';
import { memo } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { Moment } from '../../components/moment.tsx';
import { RowCheck } from '../../components/row-check.tsx';
import { StatusLine } from '../../components/status-line.tsx';
import type { LibraryRow } from '../../format/library-row.ts';
import { statusOf } from '../../format/model-status.ts';
import { titleOfModel } from '../../format/titles.ts';
import { taskWords } from '../../format/words.ts';
import { HealthCell } from './health-cell.tsx';
import { ModelActions } from './model-actions.tsx';
import classes from './model-table.module.css';

/** All rows have this height, so that only those in sight need to be rendered. */
export const ROW_HEIGHT_PX = 60;

export interface RowCommands {
  readonly onOpen: (modelId: string) => void;
  readonly onHealth: (modelId: string) => void;
  readonly onSelect: (modelId: string, isRange: boolean) => void;
}

interface ModelRowProps extends LibraryRow, RowCommands {
  /** Its place in the whole table, where the header is 1. */
  readonly rowIndex: number;
  readonly download: Download | undefined;
  /** Moves only while a countdown is shown. */
  readonly now: number;
  readonly isSelected: boolean;
}

export const ModelRow = memo(function ModelRow(props: ModelRowProps) {
  const { model, health, lastUsedAt, rowIndex, download, now, isSelected } = props;
  const { onOpen, onHealth, onSelect } = props;
  const title = titleOfModel(model);
  return (
    <tr
      aria-label={title}
      aria-rowindex={rowIndex}
      className={classes.row}
      data-selected={isSelected || undefined}
      style={{ height: ROW_HEIGHT_PX }}
    >
      <td className={classes.select}>
        <RowCheck
          label={`Select ${title}`}
          checked={isSelected}
          onChange={(isWithShift) => onSelect(model.id, isWithShift)}
        />
      </td>
      <td>
        <NameCell {...props} title={title} />
      </td>
      <td>
        <StatusLine
          name={title}
          status={statusOf(model, download, now)}
          onHelp={() => onOpen(model.id)}
        />
      </td>
      <td className="numbers">
        <SizeCell model={model} download={download} />
      </td>
      <td className={`numbers ${classes.healthColumn}`}>
        <HealthCell title={title} health={health} onHealth={onHealth} />
      </td>
      <td className={classes.usedColumn}>
        {lastUsedAt ? (
          <Moment at={lastUsedAt} now={Date.now()} />
        ) : (
          <NotUsed isKnown={lastUsedAt === null} />
        )}
      </td>
      <td className={classes.keptColumn}>
        {model.keep && (
          <span title="Never proposed for clean-up">
            <IconPin size={16} role="img" aria-label="Kept" />
          </span>
        )}
      </td>
      <td className={classes.actions}>
        <ModelActions model={model} download={download} />
      </td>
    </tr>
  );
});

type NameCellProps = Pick<ModelRowProps, 'model' | 'onOpen'> & { readonly title: string };

function NameCell({ model, title, onOpen }: NameCellProps) {
  const facts = [model.task && taskWords(model.task), model.license].filter(Boolean).join(' · ');
  return (
    <>
      <button
        type="button"
        className={classes.name}
        aria-label={`Details of ${title}`}
        title={model.id}
        onClick={() => onOpen(model.id)}
      >
        {model.name}
      </button>
      <div className={classes.facts}>
        {model.variant && <span className={classes.variant}>{model.variant}</span>}
        <span className={classes.ellipsis}>{facts || model.repository}</span>
      </div>
    </>
  );
}

function SizeCell({ model, download }: Pick<ModelRowProps, 'model' | 'download'>) {
  const here = download ? download.receivedBytes : model.downloadedBytes;
  if (here >= model.sizeBytes) return formatBytes(model.sizeBytes);
  return (
    <>
      {formatBytes(here)}
      <div className={classes.of}>of {formatBytes(model.sizeBytes)}</div>
    </>
  );
}

const NotUsed = ({ isKnown }: { readonly isKnown: boolean }) => (
  <span
    className={classes.of}
    title={isKnown ? 'No program has reported a use of it within a year' : undefined}
  >
    –
  </span>
);
