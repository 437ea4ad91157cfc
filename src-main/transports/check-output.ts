/** Answers checked against the contract, what was checked before not again. */
import { z } from 'zod';

/**
 * As `schema.parse(output)`. Items of a list that are the same objects as in an earlier answer are taken as they
 * were found then: handlers never change what they have answered.
 */
export function createOutputCheck(schema: z.ZodType): (output: unknown) => unknown {
  const items = schema instanceof z.ZodObject ? schema.shape.items : undefined;
  if (!(schema instanceof z.ZodObject) || !(items instanceof z.ZodArray)) {
    return (output) => schema.parse(output);
  }
  const checked = new WeakMap<object, unknown>();
  const rest = schema.omit({ items: true });
  const element = items.element as z.ZodType;
  const check = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return element.parse(item);
    if (!checked.has(item)) checked.set(item, element.parse(item));
    return checked.get(item);
  };
  return (output) => {
    const listed = (output as { items?: unknown } | null)?.items;
    if (!Array.isArray(listed)) return schema.parse(output);
    return { ...rest.parse(output), items: listed.map(check) };
  };
}
