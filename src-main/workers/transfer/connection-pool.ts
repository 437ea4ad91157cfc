/** Kept connections by origin. */
import type tls from 'node:tls';
import type { Exchange, Running } from './exchange.ts';
import { RawConnection } from './raw-connection.ts';

/** Servers close idle connections after 5 s or more; ours go first. */
const IDLE_MS = 4_000;

export interface ConnectionPool {
  /** Runs an exchange on a kept connection, or a new one. */
  run(exchange: Exchange, options?: { readonly fresh?: boolean }): Running;
  close(): void;
}

export function createConnectionPool(secureContext: () => tls.SecureContext): ConnectionPool {
  const idle = new Map<string, { connection: RawConnection; timer: NodeJS.Timeout }[]>();
  const all = new Set<RawConnection>();

  function take(origin: string): RawConnection | undefined {
    const kept = idle.get(origin)?.pop();
    clearTimeout(kept?.timer);
    return kept?.connection;
  }

  function open(url: URL): RawConnection {
    const { origin } = url;
    const connection = new RawConnection({
      url,
      secureContext: url.protocol === 'https:' ? secureContext : undefined,
      onFree: (free) => {
        const timer = setTimeout(() => free.destroy(), IDLE_MS);
        idle.set(origin, [...(idle.get(origin) ?? []), { connection: free, timer }]);
      },
      onClosed: (closed) => {
        all.delete(closed);
        const kept = idle.get(origin) ?? [];
        clearTimeout(kept.find((entry) => entry.connection === closed)?.timer);
        idle.set(
          origin,
          kept.filter((entry) => entry.connection !== closed),
        );
      },
    });
    all.add(connection);
    return connection;
  }

  return {
    run: (exchange, { fresh = false } = {}) => {
      const kept = fresh ? undefined : take(exchange.url.origin);
      return (kept ?? open(exchange.url)).run(exchange);
    },
    close: () => {
      for (const connection of [...all]) connection.destroy();
    },
  };
}
