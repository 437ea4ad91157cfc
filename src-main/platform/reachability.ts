/** Whether a network is there at all, and for which addresses none is needed. Nothing is sent. */
import os from 'node:os';
import { isThisComputer } from './proxy.ts';

type Interfaces = ReturnType<typeof os.networkInterfaces>;

/** Addresses of a link only (RFC 3927, RFC 4291 §2.5.6): no router hands those out. */
const LINK_LOCAL = /^(169\.254\.|fe[89ab][0-9a-f]:)/i;

/** `false` is certain: nothing but this computer itself can be reached. */
export function hasNetwork(interfaces: Interfaces = os.networkInterfaces()): boolean {
  return Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .some(({ internal, address }) => !internal && !LINK_LOCAL.test(address));
}

/** Whether a hub or mirror runs on this very computer, by its name and without DNS. */
export function isLocalEndpoint(endpoint: string): boolean {
  return URL.canParse(endpoint) && isThisComputer(new URL(endpoint).hostname);
}
