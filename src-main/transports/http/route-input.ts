/** How the input of an operation travels over HTTP: path, then query or body. Pure. */
import { z } from 'zod';
import type { Operation } from '../../../src-shared/contract/define.ts';

/** The parts of a request an input can come from. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface FieldSchema {
  readonly [keyword: string]: unknown;
}

export interface InputLayout {
  /** Fields taken from the path. */
  readonly path: readonly string[];
  /** Where the other fields travel. */
  readonly others: 'query' | 'body';
  /** JSON schema of every field as it is written down, by name. */
  readonly fields: Readonly<Record<string, FieldSchema>>;
  readonly required: readonly string[];
}

/** `{id}` in a path of the contract → `:id` in a route. */
export function routePath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

export function inputLayout({ input, http }: Operation): InputLayout {
  const schema = z.toJSONSchema(input, { io: 'input' });
  return {
    path: [...http.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)),
    others: http.method === 'GET' || http.method === 'DELETE' ? 'query' : 'body',
    fields: (schema.properties ?? {}) as Record<string, FieldSchema>,
    required: schema.required ?? [],
  };
}

/** The input as the dispatcher checks it. What does not fit stays as it is, to be refused there. */
export function readInput(layout: InputLayout, { params, query, body }: RequestParts): unknown {
  if (layout.others === 'query')
    return coerceFields(layout, { ...fields(query), ...fields(params) });
  if (layout.path.length === 0) return body ?? {};
  if (!isObject(body ?? {})) return body;
  return { ...fields(body), ...coerceFields(layout, fields(params)) };
}

function coerceFields(layout: InputLayout, texts: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, coerce(text, layout.fields[name])]),
  );
}

/** A string from a query as the number or boolean its field wants. */
function coerce(text: unknown, schema: FieldSchema | undefined): unknown {
  if (typeof text !== 'string') return text;
  const types = typesOf(schema);
  if (types.has('string')) return text;
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const isNumeric = types.has('number') || types.has('integer');
  return isNumeric && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function typesOf(schema: FieldSchema | undefined): ReadonlySet<unknown> {
  const alternatives = [schema?.anyOf, schema?.oneOf].flat().filter(isObject);
  return new Set([schema?.type, ...alternatives.flatMap((one) => [...typesOf(one)])].flat());
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
