import { APP_SCHEME } from './asset-path.ts';

/** Addresses the window may load from: its own files, the developer tools, the development server. */
export function isOwnAddress(address: string, devServer: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if ([`${APP_SCHEME}:`, 'devtools:', 'data:', 'blob:'].includes(url.protocol)) return true;
  if (!devServer) return false;
  const { host } = new URL(devServer);
  return ['http:', 'ws:'].includes(url.protocol) && url.host === host;
}
