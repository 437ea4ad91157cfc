import { Group, Stack, Text } from '@mantine/core';
import type { Suggestion } from '../../src-shared/domain/fallback.ts';
import { suggestionFacts } from '../format/decision-words.ts';
import { sentenceCase } from '../format/words.ts';
import { ProgressLine } from './progress-line.tsx';
import classes from './suggestion-list.module.css';

interface SuggestionListProps {
  /** Best first. */
  readonly suggestions: readonly Suggestion[];
}

/** Models that could stand in, with how well each suits, and out of what that is made up. */
export function SuggestionList({ suggestions }: SuggestionListProps) {
  return (
    <ol className={classes.list} aria-label="Models that could answer">
      {suggestions.map((suggestion) => (
        <li key={suggestion.modelId}>
          <SuggestionItem suggestion={suggestion} />
        </li>
      ))}
    </ol>
  );
}

const percentOf = (share: number) => Math.round(100 * share);

function SuggestionItem({ suggestion }: { readonly suggestion: Suggestion }) {
  const { name, score, reasons, parts } = suggestion;
  const percent = percentOf(score);
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" fw={500} className="path">
          {name}
        </Text>
        <Text size="sm" className="numbers">
          {percent} %
        </Text>
      </Group>
      <ProgressLine size={5} label={`How well ${name} suits`} percent={percent} />
      <Text size="xs" c="dimmed" className="numbers">
        {sentenceCase(suggestionFacts(suggestion))}
      </Text>
      {reasons.length > 0 && <Text size="sm">{reasons.join(' ')}</Text>}
      <details className={classes.parts}>
        <summary>What the {percent} % are made of</summary>
        <dl>
          {parts.map(({ part, weight, value, because }) => (
            <div key={part}>
              <dt>
                {sentenceCase(part)}
                <span className="numbers">
                  {percentOf(value)} %, counts {percentOf(weight)} %
                </span>
              </dt>
              <dd>
                <ProgressLine
                  size={3}
                  label={`${sentenceCase(part)} of ${name}`}
                  percent={percentOf(value)}
                />
                {because}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </Stack>
  );
}
