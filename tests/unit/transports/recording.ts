/** Handlers that answer with samples and remember what reached them. */
import type { Log } from '../../../src-main/engines/ports.ts';
import {
  OPERATION_NAMES,
  type OperationHandlers,
  type OperationName,
} from '../../../src-shared/contract/operations.ts';
import { sampleOutput } from './contract-samples.ts';

export interface RecordedCall {
  readonly name: OperationName;
  readonly input: unknown;
}

export function createRecordingHandlers() {
  const calls: RecordedCall[] = [];
  const handlers = Object.fromEntries(
    OPERATION_NAMES.map((name) => [
      name,
      async (input: unknown) => {
        calls.push({ name, input });
        return sampleOutput(name);
      },
    ]),
  ) as unknown as OperationHandlers;
  return { calls, handlers };
}

export function createRecordingLog() {
  const errors: { message: string; facts: Record<string, unknown> | undefined }[] = [];
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message, facts) => errors.push({ message, facts }),
  };
  return { errors, log };
}
