/**
 * Fetches what is missing of one file over several connections. Each runner waits for leave from the host,
 * takes the lowest gap (or half of what the slowest has left), lets one transfer fly, and comes back.
 * Every byte that arrived is kept, whatever ends a transfer.
 */
import { setMaxListeners } from 'node:events';
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import { abortable, pause } from '../abortable.ts';
import type { Clock, HashRun, PartFile, Random, Transfers } from '../ports.ts';
import { type OpenFlight, openFlight, seeFlight } from './flights.ts';
import type { Hosts, HostTrouble } from './hosts.ts';
import type { Located, Locator } from './locator.ts';
import {
  frontOf,
  isComplete,
  type PieceState,
  pieceAt,
  pieceStart,
  presentBytes,
  type Span,
} from './pieces.ts';
import { findCrawlers, planSpan, planSteal } from './plan-span.ts';
import { isHostTrouble, isPassing, nextDelayMs, type RetryPolicy } from './retry.ts';
import { createSaver } from './saver.ts';

export interface FetchPiecesPorts {
  readonly transfers: Transfers;
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly random: Random;
  /** `false` while the computer has no network: what fails then is not counted. */
  readonly isOnline: () => boolean;
}

export interface FetchPiecesJob {
  readonly who: string;
  /** Path in the repository, for messages. */
  readonly path: string;
  readonly part: PartFile;
  readonly hash: HashRun;
  readonly locator: Locator;
  readonly limits: readonly string[];
  readonly retry: () => RetryPolicy;
  readonly stallTimeoutMs: () => number;
  readonly signal: AbortSignal;
  readonly onState: (state: FileProgressState) => void;
  /** Bytes present, and how many of them just came. */
  readonly onBytes: (presentBytes: number, arrivedBytes: number) => void;
  /** What is in flight changed. */
  readonly onFlights: (now: FlightsNow) => void;
}

export interface FlightsNow {
  readonly flying: readonly Span[];
  readonly route: string;
  readonly isSequential: boolean;
}

/** Files below this get one connection: more would not have grown before it is done. */
const ONE_CONNECTION_BYTES = 16 * 2 ** 20;
const RUNNERS = 16;
const TICK_MS = 1_000;

/** @throws the first failure that is not a passing one, after all transfers have ended */
export async function fetchPieces(ports: FetchPiecesPorts, job: FetchPiecesJob): Promise<void> {
  const { part } = job;
  if (isComplete(part.map)) return;
  const failure = new AbortController();
  const signal = AbortSignal.any([job.signal, failure.signal]);
  const fetch = createFetch(ports, { ...job, signal });
  const runners = part.map.sizeBytes < ONE_CONNECTION_BYTES ? 1 : RUNNERS;
  await Promise.all(
    Array.from({ length: runners }, () =>
      fetch.run().catch((error: unknown) => failure.abort(error)),
    ),
  );
  await fetch.end();
  job.signal.throwIfAborted();
  failure.signal.throwIfAborted();
}

function createFetch(ports: FetchPiecesPorts, job: FetchPiecesJob) {
  const { clock, hosts } = ports;
  const { part, locator, signal, path } = job;
  const { map } = part;
  // Every runner and every transfer listens.
  setMaxListeners(0, signal);
  const flights = new Set<OpenFlight>();
  const finishedRates: number[] = [];
  /** The server sends the whole file or nothing. */
  let isSequential = false;
  let failures = 0;
  let rangeFailures = 0;
  /** Links that expired without a byte between them. */
  let expirations = 0;
  let present = presentBytes(map);
  const saver = createSaver(part, clock);
  let wake = () => {};
  let changed = new Promise<void>(() => {});
  let cancelTick = () => {};
  renewChange();
  tick();
  // What was there before is digested beside the network.
  job.hash.advance(frontOf(map));

  function renewChange() {
    changed = new Promise((resolve) => {
      wake = resolve;
    });
  }

  function change() {
    wake();
    renewChange();
  }

  /** Once a second: looks for a connection that crawls, and at what has to be saved. */
  function tick() {
    cancelTick = clock.after(TICK_MS, () => {
      stopCrawler();
      change();
      tick();
    });
  }

  function stopCrawler() {
    if (flights.size === 0 || isSequential) return;
    const seen = [...flights].map((open) => seeFlight(open, clock.now()));
    const isIdle = planSpan(map, spansOf(flights)) === null;
    for (const { open } of findCrawlers(seen, { finishedRates, isIdle })) open.transfer?.stop();
  }

  function hasWork(): boolean {
    if (isSequential) return flights.size === 0;
    return planSpan(map, spansOf(flights)) !== null || stealable() !== null;
  }

  function stealable() {
    const divisible = [...flights].filter(({ isWhole }) => !isWhole);
    const seen = divisible.map((open) => seeFlight(open, clock.now()));
    return planSteal(map, seen);
  }

  /** Plans and takes a span in one go, so that no two runners take the same. */
  function takeSpan(located: Located, begunAt: number): OpenFlight | null {
    const wholeFile = flights.size === 0 ? { from: 0, to: map.sizeBytes } : null;
    const span = isSequential ? wholeFile : planSpan(map, spansOf(flights));
    // It may have become whole while this runner waited for its connection.
    if (!span || isComplete(map)) return null;
    const flight = openFlight(span, located, begunAt);
    flights.add(flight);
    return flight;
  }

  /** Cuts off half of what the slowest flight has left, for whoever comes next. */
  async function steal(): Promise<void> {
    const stolen = isSequential ? null : stealable();
    if (!stolen) return;
    const { open } = stolen.flight;
    open.isWhole = true;
    const to = await open.transfer?.shorten(stolen.at);
    if (to === undefined || to >= open.span.to) return;
    open.span = { from: open.span.from, to };
    open.isWhole = false;
  }

  async function run(): Promise<void> {
    while (!isComplete(map)) {
      signal.throwIfAborted();
      if (!hasWork()) {
        await abortable(changed, signal);
        continue;
      }
      const located = await locate();
      if (!located) continue;
      showTrouble(located.host);
      const lease = await hosts.acquire(located.host, { who: job.who, signal });
      let outcome: Outcome | undefined;
      try {
        outcome = await flyNext(located, lease.grantedAt);
      } finally {
        lease.release();
        change();
      }
      if (outcome?.error) await handle(outcome.error, outcome);
    }
    change();
  }

  async function locate(): Promise<Located | null> {
    const begunAt = clock.now();
    try {
      await untilLeftAlone(locator.originName());
      return await locator.current(signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown);
      if (!isPassing(error)) {
        if (locator.setAside(locator.routeIndex())) return null;
        throw error;
      }
      const asked = { host: locator.originName(), routeIndex: locator.routeIndex() };
      await leaveAlone(asked, error, hosts.failed(asked.host, error, begunAt));
      return null;
    }
  }

  interface Outcome {
    readonly flight: OpenFlight;
    readonly error?: AppError;
    /** Noted while the connection was still held, so that the next who waits for it is not let in. */
    readonly trouble?: HostTrouble;
  }

  async function flyNext(located: Located, begunAt: number): Promise<Outcome | undefined> {
    if (!locator.isCurrent(located)) return undefined;
    let flight = takeSpan(located, begunAt);
    if (!flight) {
      await steal();
      flight = takeSpan(located, begunAt);
    }
    if (!flight) return undefined;
    showFlights(located);
    job.onState({ kind: 'downloading' });
    try {
      const { error } = await fly(flight);
      if (!error) return { flight };
      if (!isHostTrouble(error)) return { flight, error };
      return { flight, error, trouble: hosts.failed(located.host, error, flight.begunAt) };
    } finally {
      flights.delete(flight);
      const seconds = Math.max(0.001, (clock.now() - begunAt) / 1000);
      if (flight.arrivedBytes > 0) finishedRates.push(flight.arrivedBytes / seconds);
      if (finishedRates.length > 8) finishedRates.shift();
      showFlights(located);
    }
  }

  function showFlights({ host }: Located) {
    job.onFlights({ flying: spansOf(flights), route: host, isSequential });
  }

  async function fly(flight: OpenFlight): Promise<{ error?: AppError }> {
    const { located, span } = flight;
    const mode = isSequential ? 'whole' : 'range';
    const mayBeWhole = flights.size === 1 && present === 0;
    const transfer = ports.transfers.start(
      {
        path,
        location: located.location,
        proxy: located.proxy,
        partPath: part.path,
        sizeBytes: map.sizeBytes,
        pieceBytes: map.pieceBytes,
        span,
        crc32: map.crc32[pieceAt(map, span.from)] ?? 0,
        mode,
        ...((mode === 'whole' || mayBeWhole) && {
          present: { filled: map.filled, crc32: map.crc32 },
        }),
        stallTimeoutMs: job.stallTimeoutMs(),
        limits: job.limits,
      },
      (states) => noted(flight, states),
    );
    flight.transfer = transfer;
    const stop = () => transfer.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void transfer.offered.then((offer) => {
      if (!offer) return;
      hosts.answered(located.host, flight.begunAt);
      if (offer.kind === 'span' || mode === 'whole') return;
      isSequential = true;
      flight.span = { from: 0, to: map.sizeBytes };
      for (const other of flights) if (other !== flight) other.transfer?.stop();
    });
    const ended = await transfer.ended;
    signal.removeEventListener('abort', stop);
    const gotNothing = !ended.error && flight.arrivedBytes === 0 && !isSequential;
    // A kept promise of nothing must not go round for ever.
    if (gotNothing && !signal.aborted && !flight.isWhole) return { error: cut() };
    return ended;
  }

  const cut = () => new AppError('TRANSFER_CUT', { path });

  function noted(flight: OpenFlight, all: readonly PieceState[]) {
    const before = present;
    // What another transfer wrote beyond this one's bytes stays true.
    const states = all.filter(({ piece, filled }) => filled > (map.filled[piece] ?? 0));
    const doubtful = states.filter(({ piece }) => isDoubtful(flight, piece));
    for (const { piece, filled } of states) {
      present += filled - (map.filled[piece] ?? 0);
      flight.position = Math.max(flight.position, pieceStart(map, piece) + filled);
    }
    part.note(states.filter((state) => !doubtful.includes(state)));
    if (doubtful.length > 0) part.note(doubtful, { doubtful: true });
    const arrived = present - before;
    flight.arrivedBytes += arrived;
    flight.meter.add(arrived, clock.now());
    if (arrived > 0) {
      failures = 0;
      expirations = 0;
    }
    hosts.arrived(flight.located.host, arrived);
    job.hash.advance(frontOf(map));
    job.onBytes(present, arrived);
    saver.arrived(arrived);
  }

  /** What came in two goes, or not from the hub itself. */
  function isDoubtful({ span, located }: OpenFlight, piece: number): boolean {
    if (located.routeIndex > 0) return true;
    return piece === pieceAt(map, span.from) && span.from !== pieceStart(map, piece);
  }

  async function handle(error: AppError, { flight, trouble }: Outcome): Promise<void> {
    signal.throwIfAborted();
    const { located } = flight;
    saver.throwIfFailed();
    if (error.code === 'LINK_EXPIRED') {
      const wasFresh = clock.now() - located.at < 5_000 && flight.arrivedBytes === 0;
      const isFirst = locator.isCurrent(located);
      locator.renew(located);
      if (isFirst) expirations += 1;
      if (!isFirst || (!wasFresh && expirations <= job.retry().attempts)) return;
    }
    if (error.code === 'RANGE_WRONG') {
      rangeFailures += 1;
      if (rangeFailures >= 2) isSequential = true;
      if (rangeFailures <= 2) return;
    }
    if (!isPassing(error)) {
      if (locator.setAside(located.routeIndex)) return;
      throw error;
    }
    if (trouble) return leaveAlone(located, error, trouble);
    if (flight.arrivedBytes > 0) return;
    failures += 1;
    locator.renew(located);
    if (failures > job.retry().attempts && !locator.setAside(located.routeIndex)) throw error;
    await waitForRetry(error);
  }

  /** The host has trouble, or there is no network to it. */
  async function leaveAlone(
    { host, routeIndex }: Pick<Located, 'host' | 'routeIndex'>,
    error: AppError,
    trouble: HostTrouble,
  ): Promise<void> {
    const isOffline = error.code === 'NETWORK_OFFLINE' && !ports.isOnline();
    // A network that wants a sign-in is looked at again until somebody did.
    const isCounted = !isOffline && error.code !== 'NETWORK_SIGN_IN';
    if (isCounted && trouble.attempt > job.retry().attempts) {
      if (locator.setAside(routeIndex)) return;
      throw error;
    }
    if (flights.size === 0) showRetry(error, trouble.until, trouble.attempt);
    await untilLeftAlone(host);
  }

  /** Waits while a host that is in trouble is left alone. */
  async function untilLeftAlone(host: string): Promise<void> {
    if (!hosts.trouble(host)) return;
    const lease = await hosts.acquire(host, { who: job.who, signal, weight: 0 });
    lease.release();
  }

  function showTrouble(host: string) {
    const trouble = hosts.trouble(host);
    if (!trouble || flights.size > 0 || trouble.until <= clock.now()) return;
    showRetry(trouble.error, trouble.until, trouble.attempt);
  }

  async function waitForRetry(error: AppError): Promise<void> {
    const delayMs = nextDelayMs(failures, job.retry(), ports.random, error.retryAfterMs);
    if (flights.size === 0) showRetry(error, clock.now() + delayMs, failures);
    await pause(clock, delayMs, signal);
  }

  function showRetry(error: AppError, at: number, attempt: number) {
    const of = job.retry().attempts;
    const time = new Date(at).toISOString();
    const report = toErrorReport(error);
    job.onState({ kind: 'retrying', at: time, attempt: Math.min(attempt, of), of, error: report });
  }

  /** After all runners: nothing writes any more, and what arrived is in the journal. */
  async function end(): Promise<void> {
    cancelTick();
    await saver.end();
  }

  return { run, end };
}

const spansOf = (flights: ReadonlySet<OpenFlight>) => [...flights].map(({ span }) => span);
