import type { Envelope } from '../../src-shared/contract/envelope.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../src-shared/contract/operations.ts';
import type { Stores } from './create-stores.ts';
import type { ErrorContext } from './error-context.ts';

/**
 * Runs an operation on behalf of a button. A failure is shown as a notice, with the actions that its
 * error offers and a way to do the same again.
 */
export async function run<N extends OperationName>(
  stores: Stores,
  [name, input]: readonly [N, OperationInput<N>],
  context: Omit<ErrorContext, 'error'> = {},
): Promise<Envelope<OperationOutput<N>>> {
  const answer = await stores.call(name, input);
  if (!answer.ok) {
    const retry = () => void run(stores, [name, input], context);
    stores.notices.getState().problem({ retry, ...context, error: answer.error });
  }
  return answer;
}
