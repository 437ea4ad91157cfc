const two = (value: number) => String(value).padStart(2, '0');

/** The day of a moment, in the time zone of the computer: `2026-01-10`. @param at in milliseconds since the epoch */
export function toLocalDay(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}

/** A moment as `datetime-local` fields take it, in the time zone of the computer: `2026-01-10T22:00`. */
export function toLocalInput(date: Date): string {
  return `${toLocalDay(date.getTime())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A moment to the minute, in the time zone of the computer: `10 January 2026 at 22:00`. */
export const formatExactly = (iso: string) =>
  new Date(iso).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' });
