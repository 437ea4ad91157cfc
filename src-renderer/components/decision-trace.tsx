import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import type { Decision } from '../../src-shared/domain/fallback.ts';
import { STRATEGY_WORDS } from '../format/decision-words.ts';
import classes from './decision-trace.module.css';

/** What was considered in turn, and why it was taken or not. */
export function DecisionTrace({ trace }: Pick<Decision, 'trace'>) {
  return (
    <ol className={classes.trace} aria-label="How this is decided">
      {trace.map(({ strategy, taken, because }) => (
        <li key={because} data-taken={taken}>
          {taken ? (
            <IconCircleCheck size={16} role="img" aria-label="Taken" />
          ) : (
            <IconCircleDashed size={16} role="img" aria-label="Not taken" />
          )}
          <div>
            <strong>{STRATEGY_WORDS[strategy]}</strong>
            <span>{because}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}
