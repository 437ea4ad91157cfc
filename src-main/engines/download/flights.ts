/** The transfers of one file that are under way, and which bytes the next one takes. */
import type { Clock, Transfer } from '../ports.ts';
import type { Lease } from './hosts.ts';
import type { Located } from './locator.ts';
import { isComplete, type PieceMap, presentBytes, type Span } from './pieces.ts';
import {
  type Flight,
  findCrawlers,
  type Pace,
  planSpan,
  planSteal,
  spanBytesFor,
} from './plan-span.ts';
import { createSpeedMeter, type SpeedMeter } from './speed.ts';

export interface OpenFlight {
  span: Span;
  position: number;
  readonly located: Located;
  readonly lease: Lease;
  /** When its answer began. */
  answeredAt: number | undefined;
  readonly meter: SpeedMeter;
  transfer: Transfer | undefined;
  /** Bytes that were new. */
  arrivedBytes: number;
  /** It ends early so that somebody else gets its connection. */
  hasGivenWay: boolean;
  /** It did not get shorter when it should have. */
  keepsItsLength: boolean;
  /**
   * It asks for a span and takes the whole file as well, from a host nobody knows yet. Until it is answered
   * nothing else flies, so that nothing is written where its bytes would go.
   */
  readonly mayBecomeWhole: boolean;
}

export interface TakeOptions {
  readonly located: Located;
  readonly lease: Lease;
  /** The whole file at once, or nothing. */
  readonly isSequential: boolean;
  /** Whether the host has shown that it answers. */
  readonly isHostKnown: boolean;
}

const RATES_KEPT = 8;

export function createFlights(map: PieceMap, clock: Clock) {
  const flights = new Set<OpenFlight>();
  const finishedRates: number[] = [];
  let pace: Pace | null = null;

  const spans = () => [...flights].map(({ span }) => span);
  const seen = () => [...flights].map((open) => seeFlight(open, clock.now()));

  /** An answer is awaited that decides whether anything else may fly. */
  const isProbing = () =>
    [...flights].some(
      ({ mayBecomeWhole, answeredAt }) => mayBecomeWhole && answeredAt === undefined,
    );

  const stealable = () =>
    planSteal(
      map,
      seen().filter(({ open }) => !open.keepsItsLength),
    );

  function plan(isSequential: boolean): Span | null {
    if (isComplete(map) || isProbing()) return null;
    if (!isSequential) return planSpan(map, spans(), spanBytesFor(map, pace));
    return flights.size === 0 ? { from: 0, to: map.sizeBytes } : null;
  }

  return {
    spans,
    size: () => flights.size,

    hasWork: (isSequential: boolean): boolean => {
      if (isSequential) return flights.size === 0;
      return !isProbing() && (planSpan(map, spans()) !== null || stealable() !== null);
    },

    /** Plans and takes a span in one go, so that no two take the same. */
    take: ({ located, lease, isSequential, isHostKnown }: TakeOptions): OpenFlight | null => {
      const span = plan(isSequential);
      if (!span) return null;
      const isFirst = flights.size === 0 && presentBytes(map) === 0;
      const flight: OpenFlight = {
        span,
        position: span.from,
        located,
        lease,
        answeredAt: undefined,
        meter: createSpeedMeter(),
        transfer: undefined,
        arrivedBytes: 0,
        hasGivenWay: false,
        keepsItsLength: false,
        mayBecomeWhole: isFirst && !isSequential && !isHostKnown,
      };
      flights.add(flight);
      return flight;
    },

    /** Cuts off half of what the slowest flight has left, for whoever comes next. */
    steal: async (): Promise<void> => {
      const stolen = isProbing() ? null : stealable();
      if (!stolen) return;
      const { open } = stolen.flight;
      open.keepsItsLength = true;
      const to = await open.transfer?.shorten(stolen.at);
      if (to === undefined || to >= open.span.to) return;
      open.span = { from: open.span.from, to };
      open.keepsItsLength = false;
    },

    /** Ends what is so slow that starting over elsewhere is worth it. */
    stopCrawlers: (): void => {
      if (flights.size === 0) return;
      const isIdle = planSpan(map, spans()) === null;
      for (const { open } of findCrawlers(seen(), { finishedRates, isIdle })) open.transfer?.stop();
    },

    stopOthers: (flight: OpenFlight): void => {
      for (const other of flights) if (other !== flight) other.transfer?.stop();
    },

    land: (flight: OpenFlight): void => {
      flights.delete(flight);
      const now = clock.now();
      pace = paceOf(flight, now) ?? pace;
      const seconds = Math.max(0.001, (now - flight.lease.grantedAt) / 1000);
      if (flight.arrivedBytes > 0) finishedRates.push(flight.arrivedBytes / seconds);
      if (finishedRates.length > RATES_KEPT) finishedRates.shift();
    },
  };
}

/** How a flight went, once it says anything. */
function paceOf({ lease, answeredAt, arrivedBytes }: OpenFlight, now: number): Pace | null {
  if (answeredAt === undefined || arrivedBytes === 0 || now <= answeredAt) return null;
  const bytesPerSecond = (arrivedBytes * 1000) / (now - answeredAt);
  return { answerMs: answeredAt - lease.grantedAt, bytesPerSecond };
}

/** A flight as the planner sees it. */
type SeenFlight = Flight & { readonly open: OpenFlight };

function seeFlight(open: OpenFlight, now: number): SeenFlight {
  const { span, position, meter, lease } = open;
  return { open, span, position, bytesPerSecond: meter.rate(now), ageMs: now - lease.grantedAt };
}
