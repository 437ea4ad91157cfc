/** Errors nobody waited for. */
import type { EventEmitter } from 'node:events';
import type { Log } from '../engines/ports.ts';

/**
 * Logs them and goes on. What is on disk is safe whatever happens, since every change is written aside
 * and then put in place; ending, or asking in a dialog, would stop downloads that have nothing to do with
 * it. Listening is also what keeps Electron from showing its dialog.
 */
export function logUnforeseen(program: EventEmitter, log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    program.on(event, (reason: unknown) => log.error(MESSAGES[event], factsOf(reason)));
  }
}

const MESSAGES = {
  uncaughtException: 'uncaught exception',
  unhandledRejection: 'unhandled rejection',
} as const;

function factsOf(reason: unknown): Record<string, unknown> {
  if (!(reason instanceof Error)) return { reason: String(reason) };
  const code = 'code' in reason && typeof reason.code === 'string' ? { code: reason.code } : {};
  return { reason: String(reason), ...code, stack: reason.stack };
}
