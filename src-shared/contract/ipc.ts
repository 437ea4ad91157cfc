/** Names of the channels between preload and main, and what the preload puts into the window. */
import type { Envelope } from './envelope.ts';
import type { LarderEvent } from './events.ts';
import type { OperationInput, OperationName, OperationOutput } from './operations.ts';

export const callChannel = (name: OperationName) => `larder:${name}`;
export const EVENTS_CHANNEL = 'larder:events';

/** One function per operation; a failure comes back as data. */
export type LarderCalls = {
  readonly [N in OperationName]: (
    input: OperationInput<N>,
  ) => Promise<Envelope<OperationOutput<N>>>;
};

/** The same with each envelope as JSON: text crosses processes and worlds as it is, objects are copied value by value. */
export type LarderTexts = {
  readonly [N in OperationName]: (input: OperationInput<N>) => Promise<string>;
};

/** `window.larder`: all that the window can reach of the main process. */
export interface LarderDoor extends LarderTexts {
  /** Each batch of events is a JSON array; the answer unsubscribes. */
  readonly onEvents: (listener: (batch: string) => void) => () => void;
}

/** What the window makes of it. */
export interface LarderBridge extends LarderCalls {
  /** Events in batches, in the order of their `seq`; the answer unsubscribes. */
  readonly onEvents: (listener: (events: readonly LarderEvent[]) => void) => () => void;
}
