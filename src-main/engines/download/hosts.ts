/**
 * One gate per host for all downloads: how many connections it gets, and when it is left alone. What one
 * connection learns of a host — too many requests, trouble, no answer — holds for all.
 *
 * ```
 *  new ── answered ──▶ open ◀── answered ── half-open (one connection)
 *   │ one connection     │ failed              ▲ wait is over
 *   └──── failed ────────┴────▶ blocked ───────┘
 * ```
 */
import type { AppError } from '../../../src-shared/errors.ts';
import type { Clock, Random } from '../ports.ts';
import { backOff, type CountState, nextCount, SAMPLE_MS, startCount } from './connection-count.ts';
import { nextDelayMs, type RetryPolicy } from './retry.ts';

export interface HostsPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: () => RetryPolicy;
  /** Most connections to one host. */
  readonly cap: () => number;
  /** While a speed limit holds, more connections bring nothing. */
  readonly isLimited: () => boolean;
  /** Best count of earlier days, by host. */
  readonly remembered: ReadonlyMap<string, number>;
  readonly remember: (host: string, count: number) => void;
}

/** Leave to use one connection. */
export interface Lease {
  readonly grantedAt: number;
  release(): void;
}

export interface HostTrouble {
  readonly error: AppError;
  /** Failures of this host in a row, without an answer between them. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** How often a network is looked at that wants a sign-in first. */
const SIGN_IN_MS = 15_000;

export interface AcquireOptions {
  readonly who: string;
  readonly signal: AbortSignal;
  /** Share of a connection's place: small files come and go too fast to need one each. */
  readonly weight?: number;
  /** Called when another who has no connection at all needs this one: it should be released soon. */
  readonly giveWay?: () => void;
}

interface Waiting {
  readonly who: string;
  readonly weight: number;
  readonly giveWay: (() => void) | undefined;
  readonly grant: (lease: Lease) => void;
}

/** How long somebody waits for a first connection until one is asked to give way. */
const PATIENCE_MS = 1_000;

interface Host {
  readonly name: string;
  count: CountState;
  active: number;
  readonly activeBy: Map<string, number>;
  /** Who holds connections, oldest first. */
  readonly holders: Set<Waiting>;
  waiting: Waiting[];
  isProven: boolean;
  trouble: HostTrouble | null;
  troubleAt: number;
  cancelWake: (() => void) | undefined;
  cancelSample: (() => void) | undefined;
  bytes: number;
}

export type Hosts = ReturnType<typeof createHosts>;

export function createHosts(ports: HostsPorts) {
  const { clock } = ports;
  const hosts = new Map<string, Host>();

  function hostOf(name: string): Host {
    const known = hosts.get(name);
    if (known) return known;
    const host: Host = {
      name,
      count: startCount(ports.remembered.get(name)),
      active: 0,
      activeBy: new Map(),
      holders: new Set(),
      waiting: [],
      isProven: false,
      trouble: null,
      troubleAt: Number.NEGATIVE_INFINITY,
      cancelWake: undefined,
      cancelSample: undefined,
      bytes: 0,
    };
    hosts.set(name, host);
    return host;
  }

  const allowed = (host: Host) =>
    host.trouble || !host.isProven ? 1 : Math.min(host.count.count, ports.cap());

  function grant(host: Host): void {
    const waitMs = (host.trouble?.until ?? 0) - clock.now();
    if (waitMs > 0) {
      host.cancelWake ??= clock.after(waitMs, () => {
        host.cancelWake = undefined;
        grant(host);
      });
      return;
    }
    while (host.active < allowed(host) && host.waiting.length > 0) lend(host);
  }

  /** To whoever has the fewest connections. */
  function lend(host: Host): void {
    const has = (who: string) => host.activeBy.get(who) ?? 0;
    const [next] = host.waiting.toSorted((a, b) => has(a.who) - has(b.who));
    if (!next) return;
    host.waiting = host.waiting.filter((other) => other !== next);
    host.active += next.weight;
    host.activeBy.set(next.who, has(next.who) + 1);
    host.holders.add(next);
    let isOut = true;
    const release = () => {
      if (!isOut) return;
      isOut = false;
      host.active -= next.weight;
      host.holders.delete(next);
      host.activeBy.set(next.who, has(next.who) - 1);
      if (has(next.who) === 0) host.activeBy.delete(next.who);
      grant(host);
    };
    watch(host);
    next.grant({ grantedAt: clock.now(), release });
  }

  /** Who holds the most gives one up to who has none. */
  function share(host: Host, entry: Waiting): void {
    const isStarving = host.waiting.includes(entry) && !host.activeBy.has(entry.who);
    if (!isStarving || host.trouble) return;
    const [[most, count] = ['', 0]] = [...host.activeBy].toSorted((a, b) => b[1] - a[1]);
    const oldest = [...host.holders].find(({ who, giveWay }) => who === most && giveWay);
    if (count > 1) oldest?.giveWay?.();
    clock.after(PATIENCE_MS, () => share(host, entry));
  }

  /** Samples the speed as long as connections are in use. */
  function watch(host: Host): void {
    host.cancelSample ??= clock.after(SAMPLE_MS, () => {
      host.cancelSample = undefined;
      const sample = (host.bytes * 1000) / SAMPLE_MS;
      host.bytes = 0;
      const isFull = host.active >= allowed(host) && host.isProven && !host.trouble;
      if (isFull && !ports.isLimited()) adjust(host, sample);
      if (host.active > 0) watch(host);
    });
  }

  function adjust(host: Host, sample: number): void {
    const before = host.count;
    host.count = nextCount(before, { sample, now: clock.now(), cap: ports.cap() });
    if (before.trial && !host.count.trial) ports.remember(host.name, host.count.count);
    if (host.count.count > before.count) grant(host);
  }

  return {
    /** Waits for a connection to this host. @throws the reason of the signal */
    acquire: (name: string, { who, signal, weight = 1, giveWay }: AcquireOptions): Promise<Lease> =>
      new Promise((resolve, reject) => {
        const host = hostOf(name);
        const entry: Waiting = {
          who,
          weight,
          giveWay,
          grant: (lease: Lease) => {
            signal.removeEventListener('abort', leave);
            resolve(lease);
          },
        };
        const leave = () => {
          host.waiting = host.waiting.filter((other) => other !== entry);
          reject(signal.reason);
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
        host.waiting.push(entry);
        grant(host);
        if (host.waiting.includes(entry)) clock.after(PATIENCE_MS, () => share(host, entry));
      }),

    /** The host answered as it should. An answer to what was asked before a trouble says nothing of it. */
    answered: (name: string, askedAt: number): void => {
      const host = hostOf(name);
      host.isProven = true;
      if (host.trouble && askedAt < host.troubleAt) return;
      host.trouble = null;
      grant(host);
    },

    /**
     * The host is in trouble, or wants to be left alone. Failures of requests that began before it was
     * left alone say nothing new.
     */
    failed: (name: string, error: AppError, begunAt: number): HostTrouble => {
      const host = hostOf(name);
      if (host.trouble && begunAt < host.troubleAt) return host.trouble;
      const now = clock.now();
      const attempt = (host.trouble?.attempt ?? 0) + 1;
      const asked = error.code === 'NETWORK_SIGN_IN' ? SIGN_IN_MS : error.retryAfterMs;
      const delayMs = nextDelayMs(attempt, ports.retry(), ports.random, asked);
      host.trouble = { error, attempt, until: now + delayMs };
      host.troubleAt = now;
      if (error.code === 'RATE_LIMITED' || error.code === 'SERVER_FAILED') {
        host.count = backOff(host.count, now);
      }
      return host.trouble;
    },

    /** Forgets that a host was in trouble, as after the network came back. */
    forgive: (): void => {
      for (const host of hosts.values()) {
        host.trouble = null;
        host.cancelWake?.();
        host.cancelWake = undefined;
        grant(host);
      }
    },

    trouble: (name: string): HostTrouble | null => hostOf(name).trouble,
    count: (name: string): number => allowed(hostOf(name)),
    /** Whether more connections were tried and brought nothing. */
    isSettled: (name: string): boolean => hostOf(name).count.settledUntil > clock.now(),
    arrived: (name: string, bytes: number): void => {
      hostOf(name).bytes += bytes;
    },
    close: (): void => {
      for (const { cancelWake, cancelSample } of hosts.values()) {
        cancelWake?.();
        cancelSample?.();
      }
    },
  };
}
