import { Box, Skeleton, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Decision, Requirements } from '../../../src-shared/domain/fallback.ts';
import { DecisionTrace } from '../../components/decision-trace.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SetupSteps } from '../../components/setup-steps.tsx';
import { SuggestionList } from '../../components/suggestion-list.tsx';
import { decisionSentence, reasonOf } from '../../format/decision-words.ts';
import { LOADING, type Loadable, loadedValue, toLoadable } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';

interface SimulationProps {
  readonly modelId: string;
  readonly requirements: Requirements;
}

/** What would be decided; asked again when the settings change. */
export function Simulation({ modelId, requirements }: SimulationProps) {
  const stores = useStores();
  const [decision, setDecision] = useState<Loadable<Decision>>(LOADING);
  const [attempt, setAttempt] = useState(0);
  const rules = useSlice('settings', ({ settings }) => loadedValue(settings)?.values.fallback);
  const mode = rules?.mode ?? 'auto';
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rules, or another attempt, are asked for anew
  useEffect(() => {
    let isWanted = true;
    const ask = async () => {
      const input = { modelId, requirements, mode, assumeMissing: true };
      const answer = await stores.call('fallback.suggest', input);
      if (isWanted) setDecision(toLoadable(answer));
    };
    void ask();
    return () => {
      isWanted = false;
    };
  }, [stores, modelId, requirements, mode, rules, attempt]);
  if (decision.status === 'loading') return <Skeleton height={120} aria-busy />;
  if (decision.status === 'failed') {
    const { error } = decision;
    const retry = () => setAttempt(attempt + 1);
    return (
      <ErrorNotice
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, reference: modelId, retry })}
      />
    );
  }
  return <Outcome decision={decision.value} />;
}

function Outcome({ decision }: { readonly decision: Decision }) {
  const titles = useTitles();
  const reason = reasonOf(decision);
  return (
    <Stack gap="lg">
      <Box role="status" aria-label="What would happen">
        <Text fw={600}>{decisionSentence(decision, titles)}</Text>
        {reason && <Text size="sm">Because: {reason}</Text>}
      </Box>
      <SetupSteps steps={decision.setup} />
      {decision.suggestions.length > 0 && (
        <section>
          <Text size="sm" fw={600} mb={8}>
            Models that could answer
          </Text>
          <SuggestionList suggestions={decision.suggestions} />
        </section>
      )}
      <section>
        <Text size="sm" fw={600} mb={8}>
          How this is decided
        </Text>
        <DecisionTrace trace={decision.trace} />
      </section>
    </Stack>
  );
}
