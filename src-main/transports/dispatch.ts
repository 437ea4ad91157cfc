/**
 * The one way into the program: checks the input of an operation against the contract, calls its
 * handler, checks the output. Nothing is thrown across this line; failures come back as data.
 */
import type { z } from 'zod';
import type { Envelope } from '../../src-shared/contract/envelope.ts';
import {
  OPERATIONS,
  type OperationHandlers,
  type OperationName,
} from '../../src-shared/contract/operations.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { Log } from '../engines/ports.ts';
import { describeProblem } from '../stores/describe-problem.ts';
import { createOutputCheck } from './check-output.ts';

export interface Dispatch {
  /**
   * Calls one operation. Never rejects.
   * @param input unchecked; `undefined` counts as `{}`
   */
  call(name: string, input: unknown): Promise<Envelope<unknown>>;
}

export function createDispatch(handlers: OperationHandlers, log: Log): Dispatch {
  const checks = new Map<OperationName, (output: unknown) => unknown>();
  function checkOutput(name: OperationName, output: unknown): unknown {
    const check = checks.get(name) ?? createOutputCheck(OPERATIONS[name].output);
    checks.set(name, check);
    return check(output);
  }

  async function run(name: string, input: unknown): Promise<unknown> {
    if (!isOperationName(name)) {
      throw new AppError('INPUT_INVALID', { problem: `there is no operation “${name}”` });
    }
    const { input: inputSchema } = OPERATIONS[name];
    const request = parseInput(inputSchema, input === undefined ? {} : input);
    const handler = handlers[name] as (request: unknown) => Promise<unknown>;
    return checkOutput(name, await handler(request));
  }

  return {
    async call(name, input) {
      try {
        return { ok: true, value: await run(name, input) };
      } catch (error) {
        if (isUnexpected(error))
          log.error('operation failed', { operation: name, ...facts(error) });
        return { ok: false, error: toErrorReport(error) };
      }
    },
  };
}

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

function parseInput(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('INPUT_INVALID', { problem: describeProblem(parsed.error) });
}

function isUnexpected(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === 'INTERNAL';
}

function facts(error: unknown) {
  const cause = error instanceof AppError && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error
    ? { problem: cause.message, stack: cause.stack }
    : { problem: String(cause) };
}
