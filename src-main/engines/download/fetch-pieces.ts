/**
 * Fetches what is missing of one file over several connections. Each runner waits for leave from the host,
 * takes the lowest gap (or half of what the slowest has left), lets one transfer fly, and comes back.
 * Every byte that arrived is kept, whatever ends a transfer.
 */
import { setMaxListeners } from 'node:events';
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { abortable } from '../abortable.ts';
import type { HashRun, PartFile, Transfers } from '../ports.ts';
import { type OpenFlight, openFlight, paceOf, seeFlight } from './flights.ts';
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
import { findCrawlers, type Pace, planSpan, planSteal, spanBytesFor } from './plan-span.ts';
import { createRecovery, type Failure, type RecoveryPorts } from './recovery.ts';
import { isHostTrouble, type RetryPolicy } from './retry.ts';
import { createSaver } from './saver.ts';

export interface FetchPiecesPorts extends RecoveryPorts {
  readonly transfers: Transfers;
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
  let pace: Pace | null = null;
  let present = presentBytes(map);
  const saver = createSaver(part, clock);
  const recovery = createRecovery(ports, { ...job, isFlying: () => flights.size > 0 });
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
    if (flights.size === 0 || recovery.isSequential()) return;
    const seen = [...flights].map((open) => seeFlight(open, clock.now()));
    const isIdle = planSpan(map, spansOf(flights)) === null;
    for (const { open } of findCrawlers(seen, { finishedRates, isIdle })) open.transfer?.stop();
  }

  function hasWork(): boolean {
    if (recovery.isSequential()) return flights.size === 0;
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
    const spanBytes = spanBytesFor(map, pace);
    const span = recovery.isSequential() ? wholeFile : planSpan(map, spansOf(flights), spanBytes);
    // It may have become whole while this runner waited for its connection.
    if (!span || isComplete(map)) return null;
    const flight = openFlight(span, located, begunAt);
    flights.add(flight);
    return flight;
  }

  /** Cuts off half of what the slowest flight has left, for whoever comes next. */
  async function steal(): Promise<void> {
    const stolen = recovery.isSequential() ? null : stealable();
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
      const located = await recovery.locate();
      if (!located) continue;
      recovery.showTrouble(located.host);
      let flying: OpenFlight | undefined;
      const lease = await hosts.acquire(located.host, {
        who: job.who,
        signal,
        giveWay: () => giveWay(flying),
      });
      let failure: Failure | null = null;
      try {
        failure = await flyNext(located, lease.grantedAt, (flight) => {
          flying = flight;
        });
      } finally {
        lease.release();
        change();
      }
      signal.throwIfAborted();
      saver.throwIfFailed();
      if (failure) await recovery.handle(failure);
    }
    change();
  }

  /** What arrived is kept; of a server that sends whole files only it would be lost. */
  function giveWay(flight: OpenFlight | undefined): void {
    if (!flight?.transfer || recovery.isSequential()) return;
    flight.hasGivenWay = true;
    flight.transfer.stop();
  }

  async function flyNext(
    located: Located,
    begunAt: number,
    onFlight: (flight: OpenFlight) => void,
  ): Promise<Failure | null> {
    if (!locator.isCurrent(located)) return null;
    let flight = takeSpan(located, begunAt);
    if (!flight) {
      await steal();
      flight = takeSpan(located, begunAt);
    }
    if (!flight) return null;
    onFlight(flight);
    showFlights(located);
    job.onState({ kind: 'downloading' });
    try {
      const { error } = await fly(flight);
      if (!error) return null;
      if (!isHostTrouble(error)) return { flight, error };
      return { flight, error, trouble: hosts.failed(located.host, error, flight.begunAt) };
    } finally {
      flights.delete(flight);
      pace = paceOf(flight, clock.now()) ?? pace;
      const seconds = Math.max(0.001, (clock.now() - begunAt) / 1000);
      if (flight.arrivedBytes > 0) finishedRates.push(flight.arrivedBytes / seconds);
      if (finishedRates.length > 8) finishedRates.shift();
      showFlights(located);
    }
  }

  function showFlights({ host }: Located) {
    job.onFlights({ flying: spansOf(flights), route: host, isSequential: recovery.isSequential() });
  }

  async function fly(flight: OpenFlight): Promise<{ error?: AppError }> {
    const { located, span } = flight;
    const mode = recovery.isSequential() ? 'whole' : 'range';
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
      flight.answeredAt = clock.now();
      hosts.answered(located.host, flight.begunAt);
      if (offer.kind === 'span' || mode === 'whole') return;
      recovery.goSequential();
      flight.span = { from: 0, to: map.sizeBytes };
      for (const other of flights) if (other !== flight) other.transfer?.stop();
    });
    const ended = await transfer.ended;
    signal.removeEventListener('abort', stop);
    const gotNothing = !ended.error && flight.arrivedBytes === 0 && !recovery.isSequential();
    // A kept promise of nothing must not go round for ever.
    const isMeant = signal.aborted || flight.isWhole || flight.hasGivenWay;
    if (gotNothing && !isMeant) return { error: cut() };
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
    if (arrived > 0) recovery.arrived();
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

  /** After all runners: nothing writes any more, and what arrived is in the journal. */
  async function end(): Promise<void> {
    cancelTick();
    await saver.end();
  }

  return { run, end };
}

const spansOf = (flights: ReadonlySet<OpenFlight>) => [...flights].map(({ span }) => span);
