/** What a request needs of a model, and why it got none. Pure. */
import type {
  Decision,
  GenerationTask,
  Requirements,
} from '../../../src-shared/domain/fallback.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { AnyJob } from './ports.ts';

/** @param known whether anything goes by that name */
export function refusal({ requestedId, trace }: Decision, known: boolean): AppError {
  if (!known) return new AppError('MODEL_UNKNOWN', { modelId: requestedId });
  const why = trace.findLast(({ taken }) => taken)?.because ?? 'its files are not here';
  return new AppError('MODEL_NOT_READY', { model: requestedId, why: why.replace(/\.$/, '') });
}

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
