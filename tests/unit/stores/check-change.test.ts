import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkChange } from '../../../src-main/stores/check-change.ts';

const schema = z.object({
  items: z.array(z.object({ name: z.string() })),
  byName: z.record(z.string().min(1), z.object({ size: z.number().nonnegative() })),
  strict: z.strictObject({ on: z.boolean() }).optional(),
  even: z.object({ a: z.number(), b: z.number() }).refine(({ a, b }) => a === b),
});
type Data = z.infer<typeof schema>;

const DATA: Data = {
  items: [{ name: 'one' }, { name: 'two' }],
  byName: { one: { size: 1 }, two: { size: 2 } },
  even: { a: 1, b: 1 },
};

const accepts = (change: object) => {
  const next = { ...DATA, ...change };
  const isRight = schema.safeParse(next).success;
  let isTaken = true;
  try {
    checkChange(schema, DATA, next);
  } catch {
    isTaken = false;
  }
  return { isRight, isTaken };
};

describe('a change is checked as the whole would be', () => {
  it.each<[string, object, boolean]>([
    ['nothing', {}, true],
    ['an item more', { items: [...DATA.items, { name: 'three' }] }, true],
    ['a wrong item', { items: [...DATA.items, { name: 3 }] }, false],
    ['no list', { items: {} }, false],
    ['an entry more', { byName: { ...DATA.byName, three: { size: 3 } } }, true],
    ['a wrong entry', { byName: { ...DATA.byName, one: { size: -1 } } }, false],
    ['a wrong key', { byName: { ...DATA.byName, '': { size: 1 } } }, false],
    ['a strict part', { strict: { on: true } }, true],
    ['a strict part with more', { strict: { on: true, off: false } }, false],
    ['a part that belongs together', { even: { a: 1, b: 2 } }, false],
  ])('%s', (_name, change, isFit) => {
    expect(accepts(change)).toEqual({ isRight: isFit, isTaken: isFit });
  });

  it('whatever is put in a place', () => {
    const anything = fc.anything({ maxDepth: 3 });
    const changes = fc.record(
      { items: anything, byName: anything, strict: anything, even: anything },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(changes, (change) => {
        const { isRight, isTaken } = accepts(change);
        expect(isTaken).toBe(isRight);
      }),
    );
  });
});

it('what is the same object is not looked at again', () => {
  let looks = 0;
  const counting = z.record(
    z.string(),
    z.custom<object>(() => {
      looks += 1;
      return true;
    }),
  );
  const before = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [index, {}]));
  checkChange(counting, before, { ...before, 7: {} });
  expect(looks).toBe(1);
});
