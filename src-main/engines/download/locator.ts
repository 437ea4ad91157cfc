/**
 * Where the bytes of one file lie now. The answer is kept for all its transfers: a link that expired is
 * renewed once, however many of them fail on it, and a route that is no good gives way to the next.
 */
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock, FileLocation, ProxyFor, Route } from '../ports.ts';

/** Renews a link this long before it says it expires. */
const EXPIRY_MARGIN_MS = 60_000;

export interface Located {
  readonly location: FileLocation;
  readonly host: string;
  readonly proxy: string | undefined;
  readonly route: string;
  /** Place of the route among all, from 0. */
  readonly routeIndex: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface LocatorPorts {
  readonly clock: Clock;
  readonly proxyFor: ProxyFor;
}

export type Locator = ReturnType<typeof createLocator>;

export function createLocator({ clock, proxyFor }: LocatorPorts, routes: readonly Route[]) {
  let routeIndex = 0;
  let current: Promise<Located> | undefined;
  let known: Located | undefined;

  async function locate(index: number, signal: AbortSignal): Promise<Located> {
    const route = routes[index];
    if (!route) throw new AppError('INTERNAL', { problem: 'a file without a route' });
    const location = await route.locate(signal);
    const { host } = new URL(location.url);
    const proxy = await proxyFor(location.url);
    return { location, host, proxy, route: route.name, routeIndex: index, at: clock.now() };
  }

  /** A link that looked expired when it came says that the clocks differ: it is used until it is refused. */
  function isUsable({ location: { expiresAt = Number.POSITIVE_INFINITY }, at }: Located): boolean {
    const renewAt = expiresAt - EXPIRY_MARGIN_MS;
    return renewAt > clock.now() || renewAt <= at;
  }

  /** Those who still fail on the old answer while the hub is asked change nothing. */
  function forget(): void {
    known = undefined;
    current = undefined;
  }

  function usable(): Located | undefined {
    if (known && !isUsable(known)) forget();
    return known;
  }

  return {
    /** What is known without asking. */
    usable,
    /** @throws what the route says; the next call asks again */
    current: async (signal: AbortSignal): Promise<Located> => {
      usable();
      current ??= locate(routeIndex, signal);
      const asked = current;
      try {
        const located = await asked;
        if (current === asked) known = located;
        return located;
      } catch (error) {
        if (current === asked) current = undefined;
        throw error;
      }
    },
    isCurrent: (located: Located) => located === known,
    /** Asks anew next time, unless somebody saw to it already. */
    renew: (located: Located): void => {
      if (located === known) forget();
    },
    /** Leaves the present route for the next. @returns whether there is one */
    setAside: (index: number): boolean => {
      if (index === routeIndex && routeIndex + 1 < routes.length) {
        routeIndex += 1;
        forget();
      }
      return routeIndex > index;
    },
    routeIndex: () => routeIndex,
    /** The host that is asked where the file lies. */
    originName: () => routes[routeIndex]?.name ?? '',
  };
}
