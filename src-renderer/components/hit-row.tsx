import { Badge, Group, Text, UnstyledButton } from '@mantine/core';
import { IconDownload, IconHeart } from '@tabler/icons-react';
import { memo } from 'react';
import type { SearchHit } from '../../src-shared/domain/hub.ts';
import { formatAgo, formatCount, taskWords } from '../format/words.ts';
import { FitBadge } from './fit-badge.tsx';
import classes from './hit-row.module.css';

interface HitRowProps {
  readonly hit: SearchHit;
  readonly now: number;
  readonly onOpen: (hit: SearchHit) => void;
}

/** One hit of a search; all of it opens the repository. */
export const HitRow = memo(function HitRow({ hit, now, onOpen }: HitRowProps) {
  const fit = bestFit(hit);
  return (
    <li className={classes.item}>
      <UnstyledButton
        className={classes.hit ?? ''}
        aria-label={`Open ${hit.name}`}
        onClick={() => onOpen(hit)}
      >
        <div style={{ minWidth: 0 }}>
          <Group gap={8} wrap="nowrap">
            <Text fw={500} size="sm" truncate>
              {hit.name}
            </Text>
            {hit.gated && (
              <Badge size="sm" variant="light" color="amber">
                Gated
              </Badge>
            )}
            {hit.private && (
              <Badge size="sm" variant="light" color="gray">
                Private
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed" truncate>
            {factsOf(hit, now)}
          </Text>
        </div>
        {fit ? <FitBadge fit={fit} /> : <span />}
        <Group gap="md" wrap="nowrap" c="dimmed" fz="xs" className="numbers">
          <Figure icon={<IconDownload size={14} />} count={hit.downloads} label="downloads" />
          <Figure icon={<IconHeart size={14} />} count={hit.likes} label="likes" />
        </Group>
      </UnstyledButton>
    </li>
  );
});

interface FigureProps {
  readonly icon: React.ReactNode;
  readonly count: number | undefined;
  readonly label: string;
}

function Figure({ icon, count, label }: FigureProps) {
  if (count === undefined) return null;
  return (
    <Group gap={4} wrap="nowrap" title={`${count.toLocaleString('en')} ${label}`} w={58}>
      {icon}
      {formatCount(count)}
    </Group>
  );
}

function factsOf({ author, task, updatedAt }: SearchHit, now: number): string {
  const updated = updatedAt && `updated ${formatAgo(updatedAt, now)}`;
  return [author, task && taskWords(task), updated].filter(Boolean).join(' · ');
}

const BEST_FIRST = ['gpu', 'memory', 'tight', 'unknown', 'too-large'] as const;

/** How its easiest variant would run here. */
function bestFit({ variants }: SearchHit) {
  const verdict = BEST_FIRST.find((one) => variants.some(({ fit }) => fit.verdict === one));
  return variants.find(({ fit }) => fit.verdict === verdict)?.fit;
}
