/** Numbers as people write and paste them: with a point or a comma. Pure. */

/** @returns the number in `0.5`, `0,5` or `0,5 MB/s` (with that unit); `null` where there is no single one */
export function parseDecimal(text: string, unit = ''): number | null {
  const written = text.trim();
  const hasUnit = unit !== '' && written.toLowerCase().endsWith(unit.toLowerCase());
  const number = hasUnit ? written.slice(0, -unit.length).trimEnd() : written;
  return /^\d*[.,]?\d+$/.test(number) ? Number(number.replace(',', '.')) : null;
}
