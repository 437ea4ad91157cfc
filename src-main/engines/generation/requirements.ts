/** What a request needs of a model, and why it got none. Pure. */
import type {
  Decision,
  GenerationTask,
  Requirements,
} from '../../../src-shared/domain/fallback.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { AnyJob } from './ports.ts';

/** Until a model on its way is asked for again, where nobody knows when it will be here. */
const COME_AGAIN_MS = 15_000;
const LATEST_MS = 60_000;

/** @param known whether anything goes by that name */
export function refusal(
  { requestedId, trace, etaMs, isComing }: Decision,
  known: boolean,
): AppError {
  if (!known) return new AppError('MODEL_UNKNOWN', { modelId: requestedId });
  const retryAfterMs = Math.min(LATEST_MS, Math.max(1_000, etaMs ?? COME_AGAIN_MS));
  const params = { model: requestedId, why: whyOf(trace) };
  return new AppError('MODEL_NOT_READY', params, isComing ? { retryAfterMs } : {});
}

/** The table begins with the model itself; where a person chose, nothing but their choice is in it. */
function whyOf([first]: Decision['trace']): string {
  if (first?.strategy !== 'exact') return 'it is not here, and no other was to answer';
  return first.because
    .replace(/^The model asked for cannot answer now: /, '')
    .replace(/^The model asked for /, 'it ')
    .replace(/\.$/, '');
}

/** Whether a model that is here may still not do. */
export const needsMore = ({ task: _, minQuality: __, maxWaitMs: ___, ...needs }: Requirements) =>
  Object.keys(needs).length > 0;

/** What the request says it needs, and what it shows that it needs. */
export function requirementsOf({ kind, body }: AnyJob): Requirements {
  const task: GenerationTask = kind;
  const shown =
    kind === 'chat'
      ? {
          ...(body.tools && body.tools.length > 0 && { tools: true }),
          ...(body.response_format && body.response_format.type !== 'text' && { json: true }),
          ...(body.messages.some(
            ({ content }) =>
              Array.isArray(content) && content.some(({ type }) => type === 'image_url'),
          ) && { vision: true }),
        }
      : {};
  return { task, ...shown, ...body.larder?.requirements };
}
