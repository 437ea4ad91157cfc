/** How the local API answers when something is wrong: always with a problem. */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import type { Log } from '../../engines/ports.ts';
import { PROBLEM_TYPE, type Problem, toProblem } from './problem.ts';

export function addErrorAnswers(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    if (!(error instanceof AppError) && !isCallersFault(error)) {
      log.error('request failed', { route: request.routeOptions.url, problem: error.message });
    }
    return sendFault(reply, error);
  });
  app.setNotFoundHandler(({ url }, reply) => {
    const path = url.split('?')[0] ?? url;
    return sendFault(reply, new AppError('ROUTE_UNKNOWN', { path }));
  });
}

/** What the server found wrong with a request itself keeps its HTTP status: 400, 413, 415. */
export function sendFault(reply: FastifyReply, error: FastifyError | AppError): FastifyReply {
  if (error instanceof AppError || !isCallersFault(error)) return sendError(reply, error);
  const problem = error.message.replace(/\.$/, '');
  return sendError(reply, new AppError('INPUT_INVALID', { problem }), error.statusCode);
}

function isCallersFault({ statusCode }: FastifyError): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}

export function sendError(reply: FastifyReply, error: unknown, status?: number): FastifyReply {
  return sendProblem(reply, toProblem(toErrorReport(error), status));
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
}
