import { Box, Button, Group, Text } from '@mantine/core';
import type { Finding } from '../../src-shared/domain/health.ts';
import { drawDamage, piecesWords } from '../format/health.ts';
import { maskOf } from '../format/pieces.ts';
import classes from './finding-item.module.css';
import pieces from './piece-bar.module.css';
import { VerdictBadge } from './verdict-badge.tsx';

interface FindingItemProps {
  readonly finding: Finding;
  readonly onIgnore: () => void;
  readonly onCount: () => void;
}

/** One finding with its evidence: what was looked at, what was expected, what was there. */
export function FindingItem({ finding, onIgnore, onCount }: FindingItemProps) {
  const { verdict, sentence, expected, measured, suggestion, ignored } = finding;
  return (
    <Box component="li" className={classes.finding ?? ''} data-ignored={ignored !== undefined}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <Text size="sm" className="path">
          {sentence}
        </Text>
        {verdict !== 'healthy' && <VerdictBadge verdict={verdict} />}
      </Group>
      <DamagedPieces finding={finding} />
      {expected !== undefined && measured !== undefined && (
        <dl className={`${classes.evidence} path`}>
          <dt>Expected</dt>
          <dd>{expected}</dd>
          <dt>Found</dt>
          <dd>{measured}</dd>
        </dl>
      )}
      {suggestion && (
        <Text size="xs" c="dimmed">
          {suggestion}
        </Text>
      )}
      <Group gap="xs" justify="space-between" wrap="nowrap" mt={4}>
        <Text size="xs" c="dimmed">
          {ignored ? `Does not count: ${ignored.reason}` : ''}
        </Text>
        {ignored ? (
          <Button size="compact-xs" variant="subtle" onClick={onCount}>
            Count it again
          </Button>
        ) : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={onIgnore}>
            Ignore…
          </Button>
        )}
      </Group>
    </Box>
  );
}

function DamagedPieces({ finding }: Pick<FindingItemProps, 'finding'>) {
  const words = piecesWords(finding);
  if (words === '') return null;
  const drawn = drawDamage(finding);
  const [good, bad] = [maskOf(drawn, 'd'), maskOf(drawn, 'x')];
  return (
    <Box my={6}>
      <div className={pieces.bar} role="img" aria-label={`Damaged: ${words}`} title={words}>
        {good && <div className={pieces.layer} data-look="done" style={{ maskImage: good }} />}
        {bad && <div className={pieces.layer} data-look="failed" style={{ maskImage: bad }} />}
      </div>
    </Box>
  );
}
