/** Which pages may call: the main frame of our window, showing our own user interface. */

export interface SenderFacts {
  /** Address of the frame that called; `null` when the frame is gone. */
  readonly url: string | null;
  readonly isMainFrame: boolean;
  /** Whether the frame's contents belong to a window the app has opened. */
  readonly isOurWindow: boolean;
}

const APP_ORIGIN = 'app://larder';

/**
 * @param developmentUrl address of the development server, whose origin is trusted too; `null` in packaged apps
 */
export function isTrustedSender(sender: SenderFacts, developmentUrl: string | null): boolean {
  if (!sender.isMainFrame || !sender.isOurWindow || sender.url === null) return false;
  const origin = originOf(sender.url);
  if (origin === null) return false;
  return origin === APP_ORIGIN || (developmentUrl !== null && origin === originOf(developmentUrl));
}

/** Scheme, host and port; `URL.origin` is `null` for schemes it does not know, so it is built here. */
function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, host, username, password } = new URL(text);
  return username || password || host === '' ? null : `${protocol}//${host}`;
}
