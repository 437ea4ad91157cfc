import { refuseInput } from './refusal.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Value of the Link header, when there is more. */
  readonly link: string | null;
  /** The same as an address. */
  readonly next: URL | null;
}

/**
 * One page of a list, continued by an opaque cursor.
 *
 * @param url address asked for, absolute; the next one differs only in its cursor
 * @throws Refusal 400 for a cursor that was never issued
 */
export function pageOf<T>(items: readonly T[], url: URL, maximum: number): Page<T> {
  const asked = Number(url.searchParams.get('limit') ?? maximum);
  if (!Number.isInteger(asked) || asked < 1) throw refuseInput('limit must be a positive number');
  const start = readCursor(url.searchParams.get('cursor'));
  const end = start + Math.min(asked, maximum);
  if (end >= items.length) return { items: items.slice(start), link: null, next: null };
  const next = new URL(url);
  next.searchParams.set(
    'cursor',
    Buffer.from(JSON.stringify({ after: end })).toString('base64url'),
  );
  return { items: items.slice(start, end), link: `<${next}>; rel="next"`, next };
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return 0;
  const [, digits] = /^\{"after":(\d+)\}$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits === undefined) throw refuseInput('Invalid cursor');
  return Number(digits);
}
