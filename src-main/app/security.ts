/** What no page may do, whatever it is: navigate away, open windows, embed others, ask for devices. */
import { app, session, type WebContents } from 'electron';
import { APP_SCHEME } from './asset-path.ts';

const ALLOWED_PERMISSIONS = new Set(['clipboard-sanitized-write', 'notifications']);

/** @param devServer origin of the development server, when there is one */
export function hardenSession(devServer: string | undefined): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(ALLOWED_PERMISSIONS.has(permission)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission) =>
    ALLOWED_PERMISSIONS.has(permission),
  );
  defaultSession.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !isOwnAddress(details.url, devServer) }),
  );
}

/** Addresses the window may load from: its own files, the developer tools, the development server. */
export function isOwnAddress(address: string, devServer: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if ([`${APP_SCHEME}:`, 'devtools:', 'data:', 'blob:'].includes(url.protocol)) return true;
  if (!devServer) return false;
  const { host } = new URL(devServer);
  return ['http:', 'ws:'].includes(url.protocol) && url.host === host;
}

/** Applies to every page that ever exists in this process. */
export function hardenContents(): void {
  app.on('web-contents-created', (_event, contents) => harden(contents));
}

function harden(contents: WebContents): void {
  const refuse = (event: { preventDefault(): void }) => event.preventDefault();
  contents.on('will-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-attach-webview', refuse);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
