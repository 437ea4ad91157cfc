/** The transfers of one file that are under way. */
import type { Transfer } from '../ports.ts';
import type { Located } from './locator.ts';
import type { Span } from './pieces.ts';
import type { Flight, Pace } from './plan-span.ts';
import { createSpeedMeter, type SpeedMeter } from './speed.ts';

export interface OpenFlight {
  span: Span;
  position: number;
  readonly located: Located;
  readonly begunAt: number;
  /** When its answer began. */
  answeredAt: number | undefined;
  readonly meter: SpeedMeter;
  transfer: Transfer | undefined;
  /** Bytes that were new. */
  arrivedBytes: number;
  /** It ends early so that somebody else gets its connection. */
  hasGivenWay: boolean;
  /** It did not get shorter when it should have. */
  isWhole: boolean;
}

export function openFlight(span: Span, located: Located, now: number): OpenFlight {
  return {
    span,
    position: span.from,
    located,
    begunAt: now,
    answeredAt: undefined,
    meter: createSpeedMeter(),
    transfer: undefined,
    arrivedBytes: 0,
    hasGivenWay: false,
    isWhole: false,
  };
}

/** How a flight went, once it says anything. */
export function paceOf(
  { begunAt, answeredAt, arrivedBytes }: OpenFlight,
  now: number,
): Pace | null {
  if (answeredAt === undefined || arrivedBytes === 0 || now <= answeredAt) return null;
  const bytesPerSecond = (arrivedBytes * 1000) / (now - answeredAt);
  return { answerMs: answeredAt - begunAt, bytesPerSecond };
}

/** A flight as the planner sees it. */
export type SeenFlight = Flight & { readonly open: OpenFlight };

export function seeFlight(open: OpenFlight, now: number): SeenFlight {
  const { span, position, meter, begunAt } = open;
  return { open, span, position, bytesPerSecond: meter.rate(now), ageMs: now - begunAt };
}
