/**
 * Fetches what is missing of one file over several connections. Each runner waits for leave from the host,
 * takes the lowest gap (or half of what the slowest has left), lets one transfer fly, and comes back.
 * Every byte that arrived is kept, whatever ends a transfer.
 */
import { setMaxListeners } from 'node:events';
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { abortable } from '../abortable.ts';
import type { HashRun, PartFile, TransferOffer, TransferRequest, Transfers } from '../ports.ts';
import { type ArrivalsPorts, createArrivals } from './arrivals.ts';
import { createFlights, type OpenFlight } from './flights.ts';
import type { Lease } from './hosts.ts';
import type { Located, Locator } from './locator.ts';
import { isComplete, pieceAt, type Span } from './pieces.ts';
import { createRecovery, type Failure, type RecoveryPorts } from './recovery.ts';
import { isHostTrouble, type RetryPolicy } from './retry.ts';

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
  const onUnsaved = (error: unknown) => failure.abort(error);
  const fetch = createFetch(ports, { ...job, signal, onUnsaved });
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

type RunningJob = FetchPiecesJob & Pick<ArrivalsPorts, 'onUnsaved'>;

function createFetch(ports: FetchPiecesPorts, job: RunningJob) {
  const { clock, hosts } = ports;
  const { part, locator, signal, path } = job;
  const { map } = part;
  // Every runner and every transfer listens.
  setMaxListeners(0, signal);
  const flights = createFlights(map, clock);
  const arrivals = createArrivals({ ...job, clock });
  const recovery = createRecovery(ports, { ...job, isFlying: () => flights.size() > 0 });
  const change = createChange();
  let cancelTick = () => {};
  tick();

  /** Once a second: looks for a connection that crawls, and at what has to be saved. */
  function tick() {
    cancelTick = clock.after(TICK_MS, () => {
      if (!recovery.isSequential()) flights.stopCrawlers();
      change.tell();
      tick();
    });
  }

  async function run(): Promise<void> {
    while (!isComplete(map)) {
      signal.throwIfAborted();
      if (!flights.hasWork(recovery.isSequential())) {
        await change.next(signal);
        continue;
      }
      const located = await recovery.locate();
      if (!located) continue;
      recovery.showTrouble(located.host);
      const failure = await flyWithLease(located);
      signal.throwIfAborted();
      arrivals.throwIfUnsaved();
      if (failure) await recovery.handle(failure);
    }
    change.tell();
  }

  async function flyWithLease(located: Located): Promise<Failure | null> {
    let flying: OpenFlight | undefined;
    const { who } = job;
    const giveWay = () => giveUp(flying);
    const lease = await hosts.acquire(located.host, { who, signal, giveWay });
    try {
      // The link may have been renewed while this waited for its connection.
      if (!locator.isCurrent(located)) return null;
      flying = (await takeFlight(located, lease)) ?? undefined;
      return flying ? await fly(flying) : null;
    } finally {
      lease.release();
      change.tell();
    }
  }

  /** What arrived is kept; of a server that sends whole files only it would be lost. */
  function giveUp(flight: OpenFlight | undefined): void {
    if (!flight?.transfer || recovery.isSequential()) return;
    flight.hasGivenWay = true;
    flight.transfer.stop();
  }

  async function takeFlight(located: Located, lease: Lease): Promise<OpenFlight | null> {
    const take = () => {
      const isHostKnown = hosts.count(located.host) > 1;
      return flights.take({ located, lease, isSequential: recovery.isSequential(), isHostKnown });
    };
    const free = take();
    if (free || recovery.isSequential()) return free;
    await flights.steal();
    return take();
  }

  async function fly(flight: OpenFlight): Promise<Failure | null> {
    const { located, lease } = flight;
    showFlights(located);
    job.onState({ kind: 'downloading' });
    try {
      const { error } = await transfer(flight);
      if (!error) return null;
      const failure = { located, arrivedBytes: flight.arrivedBytes, error };
      return isHostTrouble(error) ? { ...failure, trouble: lease.failed(error) } : failure;
    } finally {
      flights.land(flight);
      showFlights(located);
    }
  }

  function showFlights({ host }: Located) {
    const isSequential = recovery.isSequential();
    job.onFlights({ flying: flights.spans(), route: host, isSequential });
  }

  async function transfer(flight: OpenFlight): Promise<{ error?: AppError }> {
    const mode = recovery.isSequential() ? 'whole' : 'range';
    const started = ports.transfers.start(requestFor(flight, mode, job), (states) => {
      const arrived = arrivals.note(flight, states);
      if (arrived > 0) recovery.arrived();
      hosts.arrived(flight.located.host, arrived);
    });
    flight.transfer = started;
    signal.addEventListener('abort', started.stop, { once: true });
    if (signal.aborted) started.stop();
    void started.offered.then((offer) => offer && answered(flight, offer, mode));
    const ended = await started.ended;
    signal.removeEventListener('abort', started.stop);
    const gotNothing = !ended.error && flight.arrivedBytes === 0 && !recovery.isSequential();
    // A kept promise of nothing must not go round for ever.
    const isMeant = signal.aborted || flight.keepsItsLength || flight.hasGivenWay;
    return gotNothing && !isMeant ? { error: new AppError('TRANSFER_CUT', { path }) } : ended;
  }

  function answered(flight: OpenFlight, { kind }: TransferOffer, mode: 'range' | 'whole'): void {
    flight.answeredAt = clock.now();
    flight.lease.answered();
    change.tell();
    if (kind === 'span' || mode === 'whole') return;
    recovery.goSequential();
    flight.span = { from: 0, to: map.sizeBytes };
    flights.stopOthers(flight);
  }

  /** After all runners: nothing writes any more, and what arrived is in the journal. */
  async function end(): Promise<void> {
    cancelTick();
    await arrivals.end();
  }

  return { run, end };
}

function requestFor(
  { span, located, mayBecomeWhole }: OpenFlight,
  mode: 'range' | 'whole',
  { path, part, limits, stallTimeoutMs }: FetchPiecesJob,
): TransferRequest {
  const { sizeBytes, pieceBytes, filled, crc32 } = part.map;
  return {
    path,
    location: located.location,
    proxy: located.proxy,
    partPath: part.path,
    sizeBytes,
    pieceBytes,
    span,
    crc32: crc32[pieceAt(part.map, span.from)] ?? 0,
    mode,
    ...((mode === 'whole' || mayBecomeWhole) && { present: { filled, crc32 } }),
    stallTimeoutMs: stallTimeoutMs(),
    limits,
  };
}

/** Wakes all who wait for anything to change. */
function createChange() {
  let tell = () => {};
  let told = new Promise<void>(() => {});
  renew();

  function renew() {
    told = new Promise((resolve) => {
      tell = resolve;
    });
  }

  return {
    next: (signal: AbortSignal) => abortable(told, signal),
    tell: () => {
      tell();
      renew();
    },
  };
}
