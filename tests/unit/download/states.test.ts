import { describe, expect, it } from 'vitest';
import {
  canTransition,
  capabilities,
  type DownloadState,
  type DownloadTrigger,
  transition,
} from '../../../src-shared/domain/download.ts';
import { toErrorReport } from '../../../src-shared/errors.ts';

const error = toErrorReport(new Error('x'));
const STATES: DownloadState[] = [
  { kind: 'queued' },
  { kind: 'running' },
  { kind: 'paused' },
  { kind: 'waiting-space', error },
  { kind: 'failed', error },
  { kind: 'done', finishedAt: '2026-01-01T00:00:00.000Z' },
];
const TRIGGERS: DownloadTrigger[] = [
  { kind: 'start' },
  { kind: 'preempt' },
  { kind: 'pause' },
  { kind: 'resume' },
  { kind: 'retry' },
  { kind: 'space-found' },
  { kind: 'space-lacking', error },
  { kind: 'fail', error },
  { kind: 'finish', at: '2026-01-01T00:00:00.000Z' },
];

describe('the states of a download', () => {
  it('agree with what the buttons may do', () => {
    for (const state of STATES) {
      const can = capabilities(state);
      expect(can.pause).toBe(transition(state, { kind: 'pause' }) !== null);
      expect(can.resume).toBe(transition(state, { kind: 'resume' }) !== null);
      expect(can.retry).toBe(transition(state, { kind: 'retry' }) !== null);
    }
  });

  it('change only as the table allows, and a finished one never again', () => {
    for (const state of STATES) {
      for (const trigger of TRIGGERS) {
        expect(transition(state, trigger) !== null).toBe(canTransition(state, trigger.kind));
        if (state.kind === 'done') expect(transition(state, trigger)).toBeNull();
      }
    }
  });

  it('always leave a way forward', () => {
    for (const state of STATES.filter(({ kind }) => kind !== 'done')) {
      expect(TRIGGERS.some((trigger) => transition(state, trigger) !== null)).toBe(true);
    }
  });
});
