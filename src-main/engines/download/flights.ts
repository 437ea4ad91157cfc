/** The transfers of one file that are under way. */
import type { Transfer } from '../ports.ts';
import type { Located } from './locator.ts';
import type { Span } from './pieces.ts';
import type { Flight } from './plan-span.ts';
import { createSpeedMeter, type SpeedMeter } from './speed.ts';

export interface OpenFlight {
  span: Span;
  position: number;
  readonly located: Located;
  readonly begunAt: number;
  readonly meter: SpeedMeter;
  transfer: Transfer | undefined;
  /** Bytes that were new. */
  arrivedBytes: number;
  /** It did not get shorter when it should have. */
  isWhole: boolean;
}

export function openFlight(span: Span, located: Located, now: number): OpenFlight {
  return {
    span,
    position: span.from,
    located,
    begunAt: now,
    meter: createSpeedMeter(),
    transfer: undefined,
    arrivedBytes: 0,
    isWhole: false,
  };
}

/** A flight as the planner sees it. */
export type SeenFlight = Flight & { readonly open: OpenFlight };

export function seeFlight(open: OpenFlight, now: number): SeenFlight {
  const { span, position, meter, begunAt } = open;
  return { open, span, position, bytesPerSecond: meter.rate(now), ageMs: now - begunAt };
}
