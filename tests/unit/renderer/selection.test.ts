import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NOTHING_SELECTED,
  type Selection,
  withAll,
  withToggled,
} from '../../../src-renderer/format/selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

/** Presses rows one after the other, `+c` with Shift. */
const press = (...presses: readonly string[]): Selection =>
  presses.reduce<Selection>(
    (before, one) =>
      withToggled(before, { id: one.at(-1) ?? '', isRange: one.startsWith('+'), order: ORDER }),
    NOTHING_SELECTED,
  );

const idsIn = ({ ids }: Selection) => [...ids].toSorted().join('');

describe('a selection', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'a'], ''],
    [['b', '+d'], 'bcd'],
    [['d', '+b'], 'bcd'],
    [['b', '+d', '+e'], 'bcde'],
    [['a', 'b', 'c', 'd', 'b', '+d'], 'a'],
    [['+c'], 'c'],
  ])('after %j is “%s”', (presses, expected) => {
    expect(idsIn(press(...presses))).toBe(expected);
  });

  it('has no range from a row that is not shown any more', () => {
    const before = press('a');
    const after = withToggled(before, { id: 'd', isRange: true, order: ['c', 'd'] });
    expect(idsIn(after)).toBe('ad');
  });

  it('of all leaves what is not shown as it is', () => {
    const before = press('a');
    expect(idsIn(withAll(before, ['c', 'd'], true))).toBe('acd');
    expect(idsIn(withAll(before, ['c', 'd'], false))).toBe('a');
  });

  it('changes the pressed row always, and others only in a range', () => {
    const presses = fc.array(fc.tuple(fc.constantFrom(...ORDER), fc.boolean()));
    fc.assert(
      fc.property(presses, fc.constantFrom(...ORDER), fc.boolean(), (before, id, isRange) => {
        const known = press(...before.map(([one, range]) => (range ? `+${one}` : one)));
        const after = withToggled(known, { id, isRange, order: ORDER });
        expect(after.ids.has(id)).toBe(!known.ids.has(id));
        const changed = ORDER.filter((one) => after.ids.has(one) !== known.ids.has(one));
        if (!isRange) expect(changed).toEqual([id]);
      }),
    );
  });
});
