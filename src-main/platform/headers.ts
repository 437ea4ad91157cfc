/** Headers of HTTP messages. */
import type { IncomingHttpHeaders } from 'node:http';
import type { HttpHeaders } from './http-errors.ts';

/** One text for each name: repeated headers, such as `Set-Cookie`, are joined with a comma. */
export function flattenHeaders(headers: IncomingHttpHeaders): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
