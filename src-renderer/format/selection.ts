/** Rows that are chosen together. Pure. */

export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The row that was changed last: a range begins there. */
  readonly anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

interface Change {
  readonly id: string;
  /** All from the last changed row to this one become what this one becomes. */
  readonly isRange: boolean;
  /** All rows as they are shown. */
  readonly order: readonly string[];
}

/** Turns one row around. A range needs both its ends among what is shown. */
export function withToggled({ ids, anchor }: Selection, { id, isRange, order }: Change): Selection {
  const from = isRange && anchor !== null ? order.indexOf(anchor) : -1;
  const to = order.indexOf(id);
  const changed =
    from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: withEach(ids, changed, !ids.has(id)), anchor: id };
}

/** All that are shown, or none of them; what is not shown stays as it is. */
export function withAll(
  { ids }: Selection,
  order: readonly string[],
  isSelected: boolean,
): Selection {
  return { ids: withEach(ids, order, isSelected), anchor: null };
}

function withEach(ids: ReadonlySet<string>, changed: readonly string[], isSelected: boolean) {
  const next = new Set(ids);
  for (const id of changed) {
    if (isSelected) next.add(id);
    else next.delete(id);
  }
  return next;
}
