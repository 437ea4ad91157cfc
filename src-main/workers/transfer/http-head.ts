/** The head of an HTTP/1.1 message, read and written. @see RFC 9112 */
import type { HttpHeaders } from '../../platform/http-errors.ts';

export interface ResponseHead {
  readonly status: number;
  /** Lower-case names; repeated ones joined with a comma. */
  readonly headers: HttpHeaders;
  /** Whether the connection may carry another exchange. */
  readonly keepsAlive: boolean;
}

/** @param text without the empty line that ends it @returns `null` when it is not HTTP/1 */
export function parseHead(text: string): ResponseHead | null {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) return null;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) return null;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const connection = (headers.connection ?? '').toLowerCase();
  const keepsAlive = minor === '1' ? !connection.includes('close') : false;
  return { status: Number(status), headers, keepsAlive };
}

/** @throws Error when a value could be taken for a line of its own */
export function formatRequest(url: URL, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: url.host, ...headers }).map(([name, value]) => {
    if (/[\r\n\0]/.test(name + value)) throw new Error(`header ${name} holds a line break`);
    return `${name}: ${value}\r\n`;
  });
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Length of a body that is sent as it is, or `null`: chunked, compressed, or ended by closing. */
export function plainLength({ headers }: ResponseHead): number | null {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return null;
  if (headers['transfer-encoding'] !== undefined) return null;
  const length = headers['content-length'] ?? '';
  return /^\d+$/.test(length) ? Number(length) : null;
}
