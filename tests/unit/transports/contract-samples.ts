/** Small values that fit a schema of the contract, made from its JSON schema. */
import { z } from 'zod';
import { OPERATIONS, type OperationName } from '../../../src-shared/contract/operations.ts';

interface Schema {
  readonly [keyword: string]: unknown;
}

/** Strings that the patterns and formats of the contract ask for. */
const STRINGS: Readonly<Record<string, string>> = {
  uri: 'https://example.org',
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  '^[a-z]+:\\S': 'hf:owner/name',
  '^[a-z]{2,3}$': 'en',
  '^[0-9a-f]{40}$': 'a'.repeat(40),
  '^[0-9a-f]{64}$': 'b'.repeat(64),
  '^([0-9a-f]{40}|[0-9a-f]{64})$': 'c'.repeat(40),
  '^[dpfxt]*$': 'dft',
  '^($|\\/|[A-Za-z]:[\\\\/]|\\\\\\\\)': '/library',
  '^([01]\\d|2[0-3]):[0-5]\\d$': '22:30',
};

export function sampleInput(name: OperationName, fields: 'all' | 'required' = 'required'): object {
  return sample(z.toJSONSchema(OPERATIONS[name].input, { io: 'input' }), fields) as object;
}

export function sampleOutput(name: OperationName): unknown {
  return sample(z.toJSONSchema(OPERATIONS[name].output, { io: 'output' }), 'required');
}

function sample(schema: Schema, fields: 'all' | 'required'): unknown {
  const [alternative] = [schema.anyOf ?? schema.oneOf ?? []].flat() as Schema[];
  if (alternative) return sample(alternative, fields);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return sampleObject(schema, fields);
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 1) }, () =>
        sample(schema.items as Schema, fields),
      );
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, Number(schema.minimum ?? 1)), Number(schema.maximum ?? 1e9));
    case 'string':
      return STRINGS[String(schema.format ?? schema.pattern)] ?? 'hf:owner/name';
    default:
      return null;
  }
}

function sampleObject(schema: Schema, fields: 'all' | 'required') {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  const names = (propertyNames as { enum?: string[] } | undefined)?.enum;
  if (names) {
    const value = sample(additionalProperties as Schema, fields);
    return Object.fromEntries(names.map((name) => [name, value]));
  }
  const wanted = Object.entries(properties as Record<string, Schema>).filter(
    // A rule of clean-up needs one of its conditions.
    ([name]) => fields === 'all' || (required as string[]).includes(name) || name === 'unusedDays',
  );
  return Object.fromEntries(wanted.map(([name, schema]) => [name, sample(schema, fields)]));
}
