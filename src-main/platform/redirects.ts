/** Which redirects are followed. */
import { AppError } from '../../src-shared/errors/app-error.ts';
import { isThisComputer } from './proxy.ts';

/**
 * No server sends anyone from https to http, from elsewhere to the person's own computer, or to the
 * services a data centre has for its machines. Without DNS.
 * @throws AppError `REDIRECT_REFUSED`
 */
export function refuseUnsafeHop(from: string, to: string): void {
  const source = new URL(from);
  const target = new URL(to);
  const isDowngrade = source.protocol === 'https:' && target.protocol !== 'https:';
  const isInward = isLoopback(target.hostname) && !isLoopback(source.hostname);
  const isLocal = isLinkLocal(target.hostname) && target.hostname !== source.hostname;
  if (isDowngrade || isInward || isLocal || !/^https?:$/.test(target.protocol)) {
    throw new AppError('REDIRECT_REFUSED', { host: source.host, target: target.host || to });
  }
}

/** @param hostname as `URL` gives it; `0.0.0.0` and mapped addresses reach this computer too */
const isLoopback = (hostname: string) =>
  isThisComputer(hostname) ||
  /^(0(\.\d+){3}|\[::\]|\[::ffff:(7f[0-9a-f]{2}|0):.*\])$/i.test(hostname);

const isLinkLocal = (hostname: string) =>
  /^(169\.254\.\d+\.\d+|\[fe[89ab][0-9a-f]:.*\]|\[::ffff:a9fe:.*\])$/i.test(hostname);
