/** Many items, some at a time. @param most of one batch, 1 or more */
export function inBatches<T>(items: readonly T[], most: number): T[][] {
  const batches: T[][] = [];
  for (let next = 0; next < items.length; next += most)
    batches.push(items.slice(next, next + most));
  return batches;
}
