/** What no page may do, whatever it is: navigate away, open windows, embed others, ask for devices. */
import { app, session, type WebContents } from 'electron';
import { isOwnAddress } from './own-address.ts';

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
