/** Whether changed data still fits its schema, looking only at what is not the same object as before. */
import { z } from 'zod';

/**
 * As `schema.parse(next)`, at the cost of what changed: a record of thousands of entries of which one is new costs
 * one. `before` has to fit already.
 * @throws ZodError
 */
export function checkChange(schema: z.ZodType, before: unknown, next: unknown): void {
  if (before === next) return;
  const isPlain = !schema.def.checks?.length;
  if (!isPlain) schema.parse(next);
  else if (schema instanceof z.ZodObject && isObject(before) && isObject(next)) {
    checkObject(schema, before, next);
  } else if (schema instanceof z.ZodRecord && isObject(before) && isObject(next)) {
    checkRecord(schema, before, next);
  } else if (schema instanceof z.ZodArray && Array.isArray(before) && Array.isArray(next)) {
    const known = new Set<unknown>(before);
    const element = schema.element as z.ZodType;
    for (const item of next) if (!known.has(item)) element.parse(item);
  } else schema.parse(next);
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkObject(schema: z.ZodObject, before: Fields, next: Fields): void {
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  // Strict ones refuse keys of no field.
  const isStrict = schema.def.catchall instanceof z.ZodNever;
  if (isStrict && Object.keys(next).some((key) => !(key in shape))) schema.parse(next);
  for (const [key, field] of Object.entries(shape)) checkChange(field, before[key], next[key]);
}

function checkRecord(schema: z.ZodRecord, before: Fields, next: Fields): void {
  const { keyType, valueType } = schema as unknown as Record<'keyType' | 'valueType', z.ZodType>;
  for (const key in next) {
    if (before[key] === next[key]) continue;
    if (!(key in before)) keyType.parse(key);
    checkChange(valueType, before[key], next[key]);
  }
}
