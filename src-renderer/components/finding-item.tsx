import { Badge, Box, Button, Group, Text } from '@mantine/core';
import type { Finding } from '../../src-shared/domain/health.ts';
import { CHECKS, drawDamage, piecesWords } from '../format/health.ts';
import { formatExactly } from '../format/local-time.ts';
import { sentenceCase } from '../format/words.ts';
import classes from './finding-item.module.css';
import { DamageBar } from './piece-bar.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

interface FindingItemProps {
  readonly finding: Finding;
  readonly onIgnore: () => void;
  readonly onCount: () => void;
}

/** One finding with its evidence: what was looked at, what was expected, what was there. */
export function FindingItem({ finding, onIgnore, onCount }: FindingItemProps) {
  const { sentence, suggestion, ignored } = finding;
  const words = piecesWords(finding);
  const Sentence = ignored ? 's' : 'span';
  return (
    <Box component="li" className={classes.finding ?? ''} data-ignored={ignored !== undefined}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <Text size="sm" className="path">
          <Sentence className={classes.sentence}>{sentence}</Sentence>
        </Text>
        <Group gap="xs" wrap="nowrap" style={{ flexShrink: 0 }}>
          <Judgement finding={finding} />
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${ignored ? 'Count it again' : 'Ignore…'} ${sentence}`}
            onClick={ignored ? onCount : onIgnore}
          >
            {ignored ? 'Count it again' : 'Ignore…'}
          </Button>
        </Group>
      </Group>
      {ignored && (
        <Text size="sm" className="path">
          Does not count: {ignored.reason}
        </Text>
      )}
      {words && (
        <Box mt={6}>
          <DamageBar pieces={drawDamage(finding)} words={words} />
        </Box>
      )}
      <Evidence finding={finding} words={words} />
      {suggestion && <Text size="sm">{suggestion}</Text>}
    </Box>
  );
}

/** What it means for the model; nothing where it is only worth knowing. */
function Judgement({ finding }: Pick<FindingItemProps, 'finding'>) {
  const { verdict, ignored } = finding;
  if (ignored) {
    return (
      <Badge variant="light" color="gray" title={formatExactly(ignored.at)}>
        Ignored
      </Badge>
    );
  }
  return verdict !== 'healthy' && <VerdictBadge verdict={verdict} />;
}

function Evidence({
  finding,
  words,
}: Pick<FindingItemProps, 'finding'> & { readonly words: string }) {
  const { check, file, expected, measured, foundAt } = finding;
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    ['Check', CHECKS[check]],
    ['File', file],
    ['Differs', words ? sentenceCase(words) : undefined],
    ['Expected', expected],
    ['Measured', measured],
    ['Since', formatExactly(foundAt)],
  ];
  return (
    <dl className={classes.evidence}>
      {facts.map(
        ([label, value]) =>
          value !== undefined && (
            <div key={label} style={{ display: 'contents' }}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
