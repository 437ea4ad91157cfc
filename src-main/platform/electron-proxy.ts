/** The proxy of the system, PAC files included, as Chromium finds it. Only once the application is ready. */
import { session } from 'electron';
import type { ResolveSystemProxy } from './proxy.ts';

/** Asks for the host only: paths and queries of signed links are no business of a PAC file. */
export const resolveSystemProxy: ResolveSystemProxy = (url) =>
  session.defaultSession.resolveProxy(`${new URL(url).origin}/`);
