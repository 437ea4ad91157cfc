import { memo, useEffect, useRef, useState } from 'react';
import type { OperationInput, OperationName } from '../../../src-shared/contract/operations.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { HealthCard } from '../../components/health-card.tsx';
import { isTroubled } from '../../format/health.ts';
import { titleOfDownload } from '../../format/titles.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { HealthQuestion, type Question } from './health-questions.tsx';

interface HealthItemProps {
  readonly health: ModelHealth;
  readonly download: Download | undefined;
  readonly now: number;
}

/** One model with its buttons connected, and what they ask first. */
export const HealthItem = memo(function HealthItem({ health, download, now }: HealthItemProps) {
  const stores = useStores();
  const { modelId } = health;
  const title = titleOfDownload(health);
  const { isOpen, toggle, toggleRef } = useOpening(health);
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = <N extends OperationName>(name: N, input: OperationInput<N>) =>
    void run(stores, [name, input], { modelId });
  return (
    <>
      <HealthCard
        health={health}
        download={download}
        title={title}
        now={now}
        isOpen={isOpen}
        toggleRef={toggleRef}
        onToggle={toggle}
        onCheck={() => ask('health.check', { modelIds: [modelId], depth: 'full' })}
        onStop={() => ask('health.stop', { modelIds: [modelId] })}
        onRepair={(mode) => ask('health.repair', { modelId, mode })}
        onShowDownload={() => stores.navigation.getState().go('downloads')}
        onQuarantine={() => setQuestion({ kind: 'quarantine' })}
        onRelease={() => setQuestion({ kind: 'release' })}
        onIgnore={(findingId) => setQuestion({ kind: 'ignore', findingId })}
        onCount={(findingId) => ask('health.ignore', { modelId, findingId, reason: null })}
      />
      {question && (
        <HealthQuestion
          question={question}
          health={health}
          title={title}
          onClose={() => setQuestion(null)}
          onQuarantine={() => ask('health.quarantine', { modelId })}
          onRelease={(reason) => ask('health.release', { modelId, reason })}
          onIgnore={(findingId, reason) => ask('health.ignore', { modelId, findingId, reason })}
        />
      )}
    </>
  );
});

/** Open by what a person decided, else while something is wrong; also when the view was opened for this model. */
function useOpening(health: ModelHealth) {
  const [choice, setChoice] = useState<boolean | null>(null);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const target = useSlice('navigation', ({ healthTarget }) =>
    healthTarget?.modelId === health.modelId ? healthTarget : null,
  );
  useEffect(() => {
    if (!target) return;
    setChoice(true);
    toggleRef.current?.focus();
    toggleRef.current?.scrollIntoView({ block: 'center' });
  }, [target]);
  const isOpen = choice ?? isTroubled(health);
  return { isOpen, toggle: () => setChoice(!isOpen), toggleRef };
}
