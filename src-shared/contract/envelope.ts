/** What crosses a boundary instead of an exception. */
import type { ErrorReport } from '../errors.ts';

export type Envelope<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorReport };
