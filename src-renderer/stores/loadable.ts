import type { Envelope } from '../../src-shared/contract/envelope.ts';
import type { ErrorReport } from '../../src-shared/errors.ts';

/** Something that is asked for: on its way, here, or refused. */
export type Loadable<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly error: ErrorReport };

export const LOADING = { status: 'loading' } as const;

export function toLoadable<T>(envelope: Envelope<T>): Loadable<T> {
  return envelope.ok
    ? { status: 'ready', value: envelope.value }
    : { status: 'failed', error: envelope.error };
}

/** What was there stays on screen when asking again fails. */
export function reloaded<T>(before: Loadable<T>, envelope: Envelope<T>): Loadable<T> {
  return !envelope.ok && before.status === 'ready' ? before : toLoadable(envelope);
}

export function loadedValue<T>(loadable: Loadable<T>): T | undefined {
  return loadable.status === 'ready' ? loadable.value : undefined;
}
