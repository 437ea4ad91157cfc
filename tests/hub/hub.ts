import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerCdn } from './cdn-origin.ts';
import type { Exchange } from './exchange.ts';
import { createFaultTable, type FaultPlan } from './fault-plan.ts';
import { answerHub } from './hub-origin.ts';
import type { HubMode, HubState } from './hub-state.ts';
import { createRateWindow, type RateQuotas } from './rate-window.ts';
import { createRates, type HubRates } from './rates.ts';
import type { HubAccount, HubCommit, HubRepository, HubTokens } from './repository.ts';
import { createRepositoryStore } from './repository-store.ts';
import {
  createRequestLog,
  type OriginName,
  type RecordFilter,
  type RequestRecord,
} from './request-log.ts';
import { createUrlSigner } from './signed-url.ts';

export interface HubOptions {
  readonly repositories: readonly HubRepository[];
  readonly tokens?: HubTokens;
  /** Ports on the loopback interface. Default 0: any free one. */
  readonly port?: number;
  readonly cdnPort?: number;
  /**
   * Name the second origin is told under. Default `127.0.0.1`, so that only the port tells the two
   * apart: the hardest case for a client that must not take its token along. `localhost` makes it
   * another host too, as clients expect that compare nothing but host names.
   */
  readonly cdnHost?: '127.0.0.1' | 'localhost';
  /** Most entries in one page of a tree or a search. Default 1000. */
  readonly pageSize?: number;
  /** How long a signed address holds, in whole seconds rounded up. Default an hour. */
  readonly signedUrlTtlMs?: number;
  /** Decides which requests a fault with a probability hits, and the signing key. Default 1. */
  readonly seed?: number;
  /** Requests in five minutes before 429. Default: more than any test makes. */
  readonly quotas?: RateQuotas;
  /** Clock of signed addresses and rate windows, as `Date.now`. */
  readonly now?: () => number;
  /** A defect of the hub itself. Default: thrown, so that a test fails. */
  readonly onError?: (error: unknown) => void;
}

/** A running hub. Whoever started it closes it. */
export interface Hub {
  /** First origin: API and file addresses. Without a slash at the end. */
  readonly url: string;
  /** Second origin, another port: large files behind signed addresses. */
  readonly cdnUrl: string;
  /** Oldest first; open records go on changing. */
  readonly log: readonly RequestRecord[];
  /** Requests that took Authorization to the second origin. */
  readonly leaks: readonly RequestRecord[];
  /** Body bytes really sent for matching requests. */
  bytesSent(filter?: RecordFilter): number;
  clearLog(): void;
  /** Resolves as soon as the condition holds for the log. Never times out. */
  until(condition: (records: readonly RequestRecord[]) => boolean): Promise<void>;
  /** @param pattern file or request path; `*` within a segment, `**` anything; replaces its earlier plans */
  setFaults(pattern: string, plans: FaultPlan | readonly FaultPlan[]): void;
  clearFaults(pattern?: string): void;
  /** Lets every stalled answer go on. */
  releaseStalls(): void;
  setMode(mode: HubMode): void;
  setRates(rates: HubRates): void;
  /** Null lifts the limit. */
  throttle(pattern: string, bytesPerSecond: number | null): void;
  addRepository(repository: HubRepository): void;
  removeRepository(id: string): void;
  /** A new commit on `main` (or the branches it names). Returns its id. */
  pushCommit(id: string, commit: HubCommit): string;
  setAccount(token: string, account: HubAccount | null): void;
  /** Refuses every signed address issued so far. */
  expireSignedUrls(): void;
  /** Both ports refuse connections, and running answers are cut. */
  goOffline(): Promise<void>;
  /** Listens on the same ports again. */
  goOnline(): Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 60 * 60 * 1000;
const PLENTY: RateQuotas = { api: 1_000_000, resolvers: 1_000_000, pages: 1_000_000 };

export async function startHub(options: HubOptions): Promise<Hub> {
  const stalls = createGate();
  const state = createState(options, stalls.passed);
  const report = options.onError ?? failLoudly;
  const servers = {
    hub: createOrigin('hub', state, report),
    cdn: createOrigin('cdn', state, report),
  };
  const ports = {
    hub: await listen(servers.hub, options.port ?? 0),
    cdn: await listen(servers.cdn, options.cdnPort ?? 0),
  };
  state.url = `http://127.0.0.1:${ports.hub}`;
  state.cdnUrl = `http://${options.cdnHost ?? '127.0.0.1'}:${ports.cdn}`;
  const goOffline = async (): Promise<void> => {
    await Promise.all([stop(servers.hub), stop(servers.cdn)]);
  };
  return {
    ...controlsOf(state),
    url: state.url,
    cdnUrl: state.cdnUrl,
    log: state.log.records,
    get leaks() {
      return state.log.records.filter(
        (record) => record.origin === 'cdn' && record.sawAuthorization,
      );
    },
    releaseStalls: stalls.open,
    goOffline,
    async goOnline() {
      await Promise.all([listen(servers.hub, ports.hub), listen(servers.cdn, ports.cdn)]);
    },
    close: goOffline,
  };
}

function createState(options: HubOptions, released: () => Promise<void>): HubState {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const ttlMs = options.signedUrlTtlMs ?? HOUR_MS;
  return {
    store: createRepositoryStore(options.repositories),
    faults: createFaultTable(seed),
    log: createRequestLog(),
    rates: createRates(),
    rateWindow: createRateWindow(options.quotas ?? PLENTY, now),
    signer: createUrlSigner({ secret: `larder hub ${seed}`, ttlMs, now }),
    objects: new Map(),
    tokens: new Map(Object.entries(options.tokens ?? {})),
    pageSize: options.pageSize ?? 1000,
    url: '',
    cdnUrl: '',
    mode: 'normal',
    released,
  };
}

/** Those parts of the hub that only pass a call on. */
function controlsOf(state: HubState) {
  const { store, faults, log, rates, signer, objects, tokens } = state;
  return {
    bytesSent: log.bytesSent,
    clearLog: log.clear,
    until: log.until,
    setFaults: faults.set,
    clearFaults: faults.clear,
    setRates: rates.set,
    throttle: rates.throttle,
    addRepository: store.add,
    removeRepository: store.remove,
    pushCommit: store.pushCommit,
    setMode(mode: HubMode): void {
      state.mode = mode;
    },
    setAccount(token: string, account: HubAccount | null): void {
      if (account === null) tokens.delete(token);
      else tokens.set(token, account);
    },
    expireSignedUrls(): void {
      for (const object of objects.keys()) signer.revoke(object);
    },
  };
}

let connections = 0;

function createOrigin(
  origin: OriginName,
  state: HubState,
  report: (error: unknown) => void,
): Server {
  const numbers = new WeakMap<Socket, number>();
  const server = createServer((request, response) => {
    const connection = numbers.get(request.socket) ?? 0;
    const exchange = openExchange(request, response, { origin, connection, state });
    const answer = origin === 'hub' ? answerHub : answerCdn;
    answer(exchange, state).catch((error: unknown) => {
      response.destroy();
      report(error);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    numbers.set(socket, connections);
  });
  return server;
}

function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  context: { readonly origin: OriginName; readonly connection: number; readonly state: HubState },
): Exchange {
  const { origin, connection, state } = context;
  const target = request.url ?? '/';
  const url = new URL(target.replace(/^\/+/, '/'), origin === 'hub' ? state.url : state.cdnUrl);
  const method = request.method ?? 'GET';
  const record = state.log.open({
    origin,
    connection,
    method,
    path: url.pathname,
    range: request.headers.range ?? null,
    sawAuthorization: request.headers.authorization !== undefined,
    userAgent: request.headers['user-agent'] ?? null,
  });
  response.once('close', () => {
    record.outcome = response.writableFinished ? 'complete' : 'aborted';
    state.log.changed();
  });
  return { request, response, socket: request.socket, method, url, target, record, log: state.log };
}

/** A gate that can be passed only by those who wait when it is opened. */
function createGate(): { open: () => void; passed: () => Promise<void> } {
  const waiting: (() => void)[] = [];
  return {
    open() {
      for (const pass of waiting.splice(0)) pass();
    },
    passed: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function stop(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function failLoudly(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
