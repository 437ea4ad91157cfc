/** The event bus: facts go in from anywhere, and every listener hears all of them in one order. */
import type { EventData, EventType, LarderEvent } from '../../src-shared/contract/events.ts';
import type { Clock, Log, Publish } from '../engines/ports.ts';

export type EventListener = (event: LarderEvent) => void;

export interface EventBus {
  /** Never throws, never waits; published from inside a listener, it comes after the current event. */
  readonly publish: Publish;
  /** @returns ends the subscription */
  subscribe(listener: EventListener): () => void;
}

export interface EventBusOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Numbers events from 1 without gaps. */
export function createEventBus({ clock, log }: EventBusOptions): EventBus {
  const listeners = new Set<EventListener>();
  const waiting: LarderEvent[] = [];
  let delivering = false;
  let seq = 0;

  function publish<T extends EventType>(type: T, data: EventData<T>): void {
    seq += 1;
    const at = new Date(clock.now()).toISOString();
    waiting.push({ type, at, seq, data } as LarderEvent);
    if (!delivering) deliver();
  }

  function deliver(): void {
    delivering = true;
    for (let event = waiting.shift(); event; event = waiting.shift()) {
      for (const listener of [...listeners]) tell(listener, event);
    }
    delivering = false;
  }

  function tell(listener: EventListener, event: LarderEvent): void {
    try {
      listener(event);
    } catch (error) {
      log.error('event listener failed', { type: event.type, problem: String(error) });
    }
  }

  return {
    publish,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
