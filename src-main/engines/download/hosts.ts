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

/** Leave to ask the host for something. What became of it is told through the lease, while it is held. */
export interface Lease {
  readonly grantedAt: number;
  /** The host answered as it should. What was asked before a trouble says nothing of it. */
  answered(): void;
  /**
   * The host is in trouble, or wants to be left alone. Failures of what was asked before it was left alone
   * say nothing new, but for a longer wait.
   */
  failed(error: AppError): HostTrouble;
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

const isOfNetwork = ({ code }: AppError) =>
  code === 'NETWORK_OFFLINE' || code === 'NETWORK_SIGN_IN';

export interface AcquireOptions {
  readonly who: string;
  readonly signal: AbortSignal;
  /**
   * Share of a connection's place: small files come and go too fast to need one each. 0 for a question that
   * only has to wait while the host is left alone.
   */
  readonly weight?: number;
  /** Called when another who has no connection at all needs this one: it should be released soon. */
  readonly giveWay?: () => void;
}

interface Waiting {
  readonly who: string;
  readonly weight: number;
  readonly giveWay: (() => void) | undefined;
  readonly grant: (lease: Lease) => void;
  /** How many troubles there had been when it was let in. */
  troubles: number;
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
  /** How many there have been. */
  troubles: number;
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
      troubles: 0,
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
    for (let next = nextOf(host); next; next = nextOf(host)) lend(host, next);
  }

  /** Whoever has the fewest connections. */
  function nextOf(host: Host): Waiting | undefined {
    const has = (who: string) => host.activeBy.get(who) ?? 0;
    const mayEnter = host.waiting.filter((entry) => hasRoomFor(host, entry));
    return mayEnter.toSorted((a, b) => has(a.who) - has(b.who))[0];
  }

  /** After a trouble one goes ahead; who has been at it since before does not count. */
  function hasRoomFor(host: Host, { weight }: Waiting): boolean {
    if (host.trouble) return ![...host.holders].some(({ troubles }) => troubles === host.troubles);
    return weight === 0 || host.active < allowed(host);
  }

  function lend(host: Host, next: Waiting): void {
    const has = (who: string) => host.activeBy.get(who) ?? 0;
    next.troubles = host.troubles;
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
    next.grant({
      grantedAt: clock.now(),
      answered: () => answered(host, next),
      failed: (error) => failed(host, next, error),
      release,
    });
  }

  function answered(host: Host, { troubles }: Waiting): void {
    host.isProven = true;
    if (host.trouble && troubles < host.troubles) return;
    host.trouble = null;
    grant(host);
  }

  function failed(host: Host, { troubles }: Waiting, error: AppError): HostTrouble {
    const now = clock.now();
    const asked = error.code === 'NETWORK_SIGN_IN' ? SIGN_IN_MS : error.retryAfterMs;
    if (host.trouble && troubles < host.troubles) {
      const until = Math.max(host.trouble.until, now + (asked ?? 0));
      host.trouble = { ...host.trouble, until };
      return host.trouble;
    }
    const attempt = (host.trouble?.attempt ?? 0) + 1;
    const delayMs = nextDelayMs(attempt, ports.retry(), ports.random, asked);
    host.trouble = { error, attempt, until: now + delayMs };
    host.troubles += 1;
    if (error.code === 'RATE_LIMITED' || error.code === 'SERVER_FAILED') {
      host.count = backOff(host.count, now);
    }
    return host.trouble;
  }

  /** Who holds the most gives one up to who has none. */
  function share(host: Host, entry: Waiting): void {
    const isStarving = host.waiting.includes(entry) && !host.activeBy.has(entry.who);
    if (!isStarving) return;
    clock.after(PATIENCE_MS, () => share(host, entry));
    if (host.trouble) return;
    const [[most, count] = ['', 0]] = [...host.activeBy].toSorted((a, b) => b[1] - a[1]);
    const oldest = [...host.holders].find(({ who, giveWay }) => who === most && giveWay);
    if (count > 1) oldest?.giveWay?.();
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
          troubles: 0,
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

    /** The network changed: what it was in the way of may work now. What a host said of itself still holds. */
    forgive: (): void => {
      for (const host of hosts.values()) {
        if (!host.trouble || !isOfNetwork(host.trouble.error)) continue;
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
