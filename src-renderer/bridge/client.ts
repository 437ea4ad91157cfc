import type { Envelope } from '../../src-shared/contract/envelope.ts';
import type { LarderCalls } from '../../src-shared/contract/ipc.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../src-shared/contract/operations.ts';
import { toErrorReport } from '../../src-shared/errors.ts';

/** Calls an operation of the main process. Never throws: a failure is an envelope too. */
export type Client = <N extends OperationName>(
  name: N,
  input: OperationInput<N>,
) => Promise<Envelope<OperationOutput<N>>>;

export function createClient(calls: LarderCalls): Client {
  return async (name, input) => {
    try {
      return await calls[name](input);
    } catch (cause) {
      return { ok: false, error: toErrorReport(cause) };
    }
  };
}
