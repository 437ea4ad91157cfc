import { Tooltip, UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Verdict } from '../../../src-shared/domain/health.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { StatusLine } from '../../components/status-line.tsx';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { VERDICTS } from '../../format/health.ts';
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
  /** Present when its health deserves a look, which `trouble` explains in a sentence. */
  readonly verdict: Verdict | undefined;
  readonly trouble: string | undefined;
  readonly onOpen: (modelId: string) => void;
  readonly onHealth: (modelId: string) => void;
}

export const ModelRow = memo(function ModelRow(props: ModelRowProps) {
  const { model, download, now, verdict, onOpen } = props;
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
          {verdict && <HealthLink {...props} verdict={verdict} />}
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

interface HealthLinkProps extends Pick<ModelRowProps, 'model' | 'trouble' | 'onHealth'> {
  readonly verdict: Verdict;
}

const BY_KEYBOARD_TOO = { hover: true, focus: true, touch: false } as const;

/** The verdict, leading to what was found and what can be done. */
function HealthLink({ model, verdict, trouble = '', onHealth }: HealthLinkProps) {
  return (
    <Tooltip label={trouble} multiline maw={360} events={BY_KEYBOARD_TOO}>
      <UnstyledButton
        className={classes.health ?? ''}
        aria-label={`${VERDICTS[verdict].words}. ${trouble} Show the health of ${titleOfModel(model)}`}
        onClick={() => onHealth(model.id)}
      >
        <VerdictBadge verdict={verdict} size="sm" />
      </UnstyledButton>
    </Tooltip>
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
