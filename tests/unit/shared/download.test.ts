import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canCancel,
  canPrioritize,
  canTransition,
  capabilities,
  type DownloadState,
  type DownloadTrigger,
  downloadStateSchema,
  transition,
} from '../../../src-shared/domain/download.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';

const error = toErrorReport(new AppError('TRANSFER_CUT', { path: 'a' }));
const at = '2025-01-06T09:00:00.000Z';

const STATES: Record<DownloadState['kind'], DownloadState> = {
  queued: { kind: 'queued' },
  running: { kind: 'running' },
  paused: { kind: 'paused' },
  'waiting-space': { kind: 'waiting-space', error },
  failed: { kind: 'failed', error },
  done: { kind: 'done', finishedAt: at },
};

const TRIGGERS: Record<DownloadTrigger['kind'], DownloadTrigger> = {
  start: { kind: 'start' },
  preempt: { kind: 'preempt' },
  pause: { kind: 'pause' },
  resume: { kind: 'resume' },
  retry: { kind: 'retry' },
  'space-found': { kind: 'space-found' },
  'space-lacking': { kind: 'space-lacking', error },
  fail: { kind: 'fail', error },
  finish: { kind: 'finish', at },
};

/** The diagram: from · trigger · to. Every pair that is not here must be refused. */
const DIAGRAM = `
  queued         start          running
  queued         pause          paused
  queued         space-lacking  waiting-space
  queued         fail           failed
  queued         finish         done
  running        preempt        queued
  running        pause          paused
  running        space-lacking  waiting-space
  running        fail           failed
  running        finish         done
  paused         resume         queued
  paused         finish         done
  waiting-space  pause          paused
  waiting-space  retry          queued
  waiting-space  space-found    queued
  failed         retry          queued
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

const pairs = Object.keys(STATES).flatMap((state) =>
  Object.keys(TRIGGERS).map((trigger) => {
    const [, , to] = DIAGRAM.find(([from, by]) => from === state && by === trigger) ?? [];
    return [state, trigger, to ?? null] as const;
  }),
);

describe('transition', () => {
  it.each(pairs)('from %s by %s leads to %s', (from, by, to) => {
    const state = STATES[from as DownloadState['kind']];
    const trigger = TRIGGERS[by as DownloadTrigger['kind']];
    expect(transition(state, trigger)?.kind ?? null).toBe(to);
    expect(canTransition(state, trigger.kind)).toBe(to !== null);
  });

  it('carries the error and the time along', () => {
    expect(transition(STATES.running, TRIGGERS.fail)).toEqual({ kind: 'failed', error });
    expect(transition(STATES.queued, TRIGGERS['space-lacking'])).toEqual({
      kind: 'waiting-space',
      error,
    });
    expect(transition(STATES.running, TRIGGERS.finish)).toEqual({ kind: 'done', finishedAt: at });
  });

  it('only ever gives states the schema knows, and never leaves done', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(TRIGGERS))), (triggers) => {
        let state: DownloadState = STATES.queued;
        for (const trigger of triggers) {
          const next = transition(state, trigger);
          if (state.kind === 'done') expect(next).toBeNull();
          state = next ?? state;
          expect(downloadStateSchema.parse(state)).toEqual(state);
        }
      }),
    );
  });
});

describe('capabilities', () => {
  it.each([
    ['queued', 'pause cancel prioritize'],
    ['running', 'pause cancel prioritize'],
    ['paused', 'resume cancel prioritize'],
    ['waiting-space', 'pause cancel retry prioritize'],
    ['failed', 'cancel retry prioritize'],
    ['done', ''],
  ] as const)('while %s: %s', (kind, expected) => {
    const can = capabilities(STATES[kind]);
    const able = Object.entries(can).filter(([, is]) => is);
    expect(able.map(([name]) => name).join(' ')).toBe(expected);
    expect(can.cancel).toBe(canCancel(STATES[kind]));
    expect(can.prioritize).toBe(canPrioritize(STATES[kind]));
  });
});
