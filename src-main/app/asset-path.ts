/** Which file of the built window an `app://larder/…` address means. Pure. */
import path from 'node:path';

export const APP_SCHEME = 'app';
export const APP_HOST = 'larder';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/index.html`;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

export interface Asset {
  /** Relative to the folder of the built window, with forward slashes. */
  readonly path: string;
  readonly contentType: string;
}

/** @returns `null` for anything but a plain path below our own host */
export function assetOf(address: string): Asset | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return null;
  const name = decode(url.pathname.replace(/^\//, '') || 'index.html');
  if (name === null || !/^[\w-]+([./][\w-]+)*$/.test(name)) return null;
  const contentType = CONTENT_TYPES[path.posix.extname(name)];
  return contentType ? { path: name, contentType } : null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @param nonce lets the window's own style elements in, and no others */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
