import { UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Verdict } from '../../../src-shared/domain/health.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { StatusLine } from '../../components/status-line.tsx';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { statusOf } from '../../format/model-status.ts';
import { titleOfModel } from '../../format/titles.ts';
import { shortCommit, taskWords } from '../../format/words.ts';
import { ModelActions } from './model-actions.tsx';
import classes from './model-table.module.css';

interface ModelRowProps {
  readonly model: Model;
  readonly download: Download | undefined;
  /** Moves only while a countdown is shown. */
  readonly now: number;
  /** What its health is, when that is worth a badge. */
  readonly verdict: Verdict | undefined;
  readonly onOpen: (modelId: string) => void;
}

export const ModelRow = memo(function ModelRow({
  model,
  download,
  now,
  verdict,
  onOpen,
}: ModelRowProps) {
  const facts = [model.task && taskWords(model.task), model.license].filter(Boolean).join(' · ');
  const title = titleOfModel(model);
  return (
    <tr aria-label={title} className={classes.row}>
      <td style={{ minWidth: 0 }}>
        <UnstyledButton
          className={classes.name ?? ''}
          aria-label={`Details of ${title}`}
          title={model.id}
          onClick={() => onOpen(model.id)}
        >
          {model.name}
        </UnstyledButton>
        <div className={classes.facts}>
          {verdict && <VerdictBadge verdict={verdict} />}
          {model.variant && <span className={classes.variant}>{model.variant}</span>}
          <span className={classes.ellipsis}>{facts || model.repository}</span>
        </div>
      </td>
      <td style={{ minWidth: 0 }}>
        <StatusLine
          name={title}
          status={statusOf(model, download, now)}
          onHelp={() => onOpen(model.id)}
        />
      </td>
      <td className="numbers">
        <SizeCell model={model} download={download} />
      </td>
      <td className={`mono ${classes.revision}`} title={model.revision}>
        {shortCommit(model.revision)}
      </td>
      <td className={classes.actions}>
        <ModelActions model={model} download={download} />
      </td>
    </tr>
  );
});

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
