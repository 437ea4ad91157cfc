import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { logUnforeseen } from '../../../src-main/app/unforeseen.ts';

describe('errors nobody waited for', () => {
  it('are logged, with where they come from, and nothing else happens', () => {
    const lines: unknown[] = [];
    const program = new EventEmitter();
    const error = (message: string, facts?: object) => void lines.push([message, facts]);
    logUnforeseen(program, { info: () => {}, warn: () => {}, error });
    const failure = Object.assign(new Error('broken'), { code: 'EPIPE' });
    program.emit('uncaughtException', failure, 'uncaughtException');
    program.emit('unhandledRejection', 'just text', Promise.resolve());
    expect(lines).toEqual([
      ['uncaught exception', { reason: 'Error: broken', code: 'EPIPE', stack: failure.stack }],
      ['unhandled rejection', { reason: 'just text' }],
    ]);
  });
});
