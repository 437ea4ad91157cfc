import { expect, it } from 'vitest';
import { z } from 'zod';
import { createOutputCheck } from '../../../src-main/transports/check-output.ts';

const schema = z.object({ items: z.array(z.object({ name: z.string() })), next: z.string() });

it('takes a list as the schema does: what is wrong is refused, what is beyond it is left out', () => {
  const check = createOutputCheck(schema);
  const item = { name: 'one', secret: 'x' };
  expect(check({ items: [item], next: 'a', more: 1 })).toEqual({
    items: [{ name: 'one' }],
    next: 'a',
  });
  expect(() => check({ items: [item, { name: 1 }], next: 'a' })).toThrow();
  expect(() => check({ items: [item] })).toThrow();
  expect(() => check({ items: 'none', next: 'a' })).toThrow();
});

it('gives the same object for the same item, so that it is looked at once', () => {
  const check = createOutputCheck(schema);
  const item = { name: 'one' };
  const answer = () => check({ items: [item], next: 'a' }) as { items: object[] };
  expect(answer().items[0]).toBe(answer().items[0]);
});

it('other answers are checked as a whole', () => {
  const check = createOutputCheck(z.object({ status: z.literal('ok') }));
  expect(check({ status: 'ok' })).toEqual({ status: 'ok' });
  expect(() => check({ status: 'bad' })).toThrow();
});
