/** The event stream: whole events as JSON over a WebSocket, filtered by type. */
import type { WebSocket } from 'ws';
import { EVENT_TYPES, type EventType } from '../../../src-shared/contract/events.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock } from '../../engines/ports.ts';
import type { EventBus } from '../events.ts';

const PING_INTERVAL_MS = 30_000;
/** Unsent bytes of one client beyond which it is dropped; events may be lost without harm. */
const BUFFER_LIMIT_BYTES = 1_000_000;

export interface EventStreamOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly bufferLimitBytes?: number;
}

/**
 * Reads `?types=a,b` (also repeated); without it, all types.
 * @throws AppError `INPUT_INVALID`
 */
export function parseEventTypes(types: unknown): ReadonlySet<EventType> {
  if (types === undefined) return new Set(EVENT_TYPES);
  const names = [types].flat().flatMap((text) => String(text).split(','));
  return new Set(names.map(parseEventType));
}

function parseEventType(name: string): EventType {
  const type = EVENT_TYPES.find((known) => known === name);
  if (type) return type;
  throw new AppError('INPUT_INVALID', { problem: `types: there are no events “${name}”` });
}

/** Sends events until the client goes away, falls behind, or leaves a ping unanswered. */
export function streamEvents(
  socket: WebSocket,
  types: ReadonlySet<EventType>,
  { bus, clock, bufferLimitBytes = BUFFER_LIMIT_BYTES }: EventStreamOptions,
): void {
  let answered = true;
  let cancelPing = clock.after(PING_INTERVAL_MS, ping);

  function ping(): void {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
    cancelPing = clock.after(PING_INTERVAL_MS, ping);
  }

  const unsubscribe = bus.subscribe((event) => {
    if (!types.has(event.type) || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > bufferLimitBytes) socket.terminate();
    else socket.send(JSON.stringify(event));
  });
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('close', () => {
    unsubscribe();
    cancelPing();
  });
}
