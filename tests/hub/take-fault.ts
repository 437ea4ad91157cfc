import { answerWithFault } from './fault-answer.ts';
import type { FaultOccasion, FaultPlan } from './fault-plan.ts';
import { hubSurroundings, type RouteRequest } from './hub-request.ts';

/**
 * What goes wrong before anything is delivered. Content is harmed while it is delivered, so a
 * request that is answered with content must not ask here.
 *
 * @returns the fault, when the answer has to take account of it itself
 */
export async function takeFault(
  { exchange, state, headers }: RouteRequest,
  step: 'api' | 'redirect',
): Promise<FaultPlan | null | 'answered'> {
  const { record, method } = exchange;
  const { origin, path, file } = record;
  const nothing = { hasRange: false, span: null, fileBytesSent: () => 0 };
  const occasion: FaultOccasion = { origin, path, file, method, step, ...nothing };
  const fault = state.faults.next(occasion);
  if (fault === null) return null;
  const whole = { ...fault, beforeHeaders: true };
  const isOver = await answerWithFault(exchange, whole, hubSurroundings(state, headers));
  return isOver ? 'answered' : fault;
}
