/** The shape of one operation of the contract. IPC, HTTP, OpenAPI and the typed client follow from it. */
import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  /** What goes in. Over HTTP, `{name}` in the path takes a field from the path, GET and DELETE take the rest from the query. */
  readonly input: I;
  readonly output: O;
  readonly http: { readonly method: HttpMethod; readonly path: `/${string}` };
  /** One sentence, as it stands in the API reference. */
  readonly doc: string;
  /** Answers without the bearer token. */
  readonly open?: boolean;
}

export function operation<I extends z.ZodObject, O extends z.ZodType>(
  definition: Operation<I, O>,
): Operation<I, O> {
  // A field with a typing error would else be left out unnoticed, and its default hold.
  return { ...definition, input: definition.input.strict() as unknown as I };
}
