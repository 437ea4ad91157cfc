import { Group, Text } from '@mantine/core';
import { percent } from '../../src-shared/domain/describe.ts';
import type { FileProgress } from '../../src-shared/domain/download.ts';
import {
  describePieces,
  maskOf,
  PIECE_LETTERS,
  PIECE_WORDS,
  type PieceLook,
} from '../format/pieces.ts';
import classes from './piece-bar.module.css';

const LOOKS: readonly PieceLook[] = ['done', 'partly', 'in-flight', 'failed'];
const LEGEND = [...LOOKS, 'to-do'] as const;

/** Which parts of a file are here, on their way, or still to do; told apart by pattern, not only by colour. */
export function PieceBar({ file }: { readonly file: FileProgress }) {
  return (
    <div
      className={classes.bar}
      role="progressbar"
      aria-label={`Progress of ${file.path}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent(file.receivedBytes, file.sizeBytes)}
      aria-valuetext={describePieces(file)}
      title={describePieces(file)}
    >
      <Layers pieces={file.pieces} />
    </div>
  );
}

interface DamageBarProps {
  /** Letters from start to end, as the contract has them. */
  readonly pieces: string;
  /** Which pieces differ, e.g. `pieces 3, 17–19 of 512`. */
  readonly words: string;
}

/** Where a file differs from what was published. The words stand beside it, for everybody. */
export function DamageBar({ pieces, words }: DamageBarProps) {
  return (
    <div className={classes.bar} role="img" aria-label={`Damaged: ${words}`} title={words}>
      <Layers pieces={pieces} />
    </div>
  );
}

function Layers({ pieces }: { readonly pieces: string }) {
  return LOOKS.map((look) => {
    const maskImage = maskOf(pieces, PIECE_LETTERS[look]);
    return (
      maskImage && (
        <div key={look} className={classes.layer} data-look={look} style={{ maskImage }} />
      )
    );
  });
}

/** What the patterns mean. */
export function PieceLegend() {
  return (
    <Group gap="sm" role="note" aria-label="What the bars show">
      {LEGEND.map((look) => (
        <Group key={look} gap={6} wrap="nowrap">
          <div className={classes.swatch} aria-hidden>
            {look !== 'to-do' && <div className={classes.layer} data-look={look} />}
          </div>
          <Text size="xs" c="dimmed">
            {PIECE_WORDS[look]}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
