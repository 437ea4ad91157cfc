/** Asking models: runtimes, the gateway, and requests that wait. */
import { formatBytes } from '../domain/format.ts';
import { type None, spec } from './spec.ts';

export const GENERATION_ERRORS = {
  MODEL_NOT_READY: spec<{ model: string; why: string }>({
    category: 'compatibility',
    retry: 'manual',
    status: 503,
    title: 'Model cannot answer now',
    message: (p) => `${p.model} cannot answer now: ${p.why}.`,
    actions: ['retry', 'open-health', 'search-hub'],
  }),
  MODEL_CANNOT: spec<{ model: string; task: string }>({
    category: 'compatibility',
    retry: 'never',
    status: 400,
    title: 'Not what this model does',
    message: (p) => `${p.model} is not made for ${p.task}.`,
    actions: [],
  }),
  RUNTIME_MISSING: spec<{ model: string; format: string }>({
    category: 'compatibility',
    retry: 'never',
    status: 501,
    title: 'Nothing here runs this model',
    message: (p) =>
      `Nothing on this computer runs ${p.model} (${p.format}); start a program that does, or use a GGUF version.`,
    actions: ['search-hub', 'open-settings'],
  }),
  RUNTIME_CRASHED: spec<{ model: string }>({
    category: 'runtime',
    retry: 'auto',
    status: 502,
    title: 'The runtime ended unexpectedly',
    message: (p) => `What ran ${p.model} ended unexpectedly; it starts anew with the next request.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  RUNTIME_FAILED: spec<{ model: string; problem: string }>({
    category: 'runtime',
    retry: 'manual',
    status: 502,
    title: 'The runtime reported an error',
    message: (p) => `${p.model} could not answer: ${p.problem}.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  RUNTIME_UNREACHABLE: spec<{ name: string; url: string }>({
    category: 'runtime',
    retry: 'auto',
    status: 502,
    title: 'A model server does not answer',
    message: (p) => `${p.name} at ${p.url} does not answer.`,
    actions: ['retry', 'open-settings'],
  }),
  LOAD_FAILED: spec<{ model: string; problem: string }>({
    category: 'runtime',
    retry: 'manual',
    status: 502,
    title: 'Model could not be loaded',
    message: (p) => `${p.model} could not be loaded: ${p.problem}.`,
    actions: ['retry', 'open-health', 'download-again', 'copy-diagnostics'],
  }),
  MEMORY_SHORT: spec<{ model: string; neededBytes: number; freeBytes: number }>({
    category: 'memory',
    retry: 'manual',
    status: 503,
    title: 'Not enough memory',
    message: (p) =>
      `${p.model} needs about ${formatBytes(p.neededBytes)} of memory, and ${formatBytes(p.freeBytes)} are free.`,
    actions: ['retry', 'search-hub', 'open-settings'],
  }),
  CONTEXT_OVERFLOW: spec<{ model: string; tokens: number; limit: number }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Too long for this model',
    message: (p) =>
      p.limit > 0
        ? `The request takes ${p.tokens} tokens, and ${p.model} holds ${p.limit} in its context.`
        : `The request is longer than what ${p.model} holds in its context.`,
    actions: [],
  }),
  BODY_TOO_LARGE: spec<{ limitBytes: number }>({
    category: 'input',
    retry: 'never',
    status: 413,
    title: 'Request too large',
    message: (p) => `A request may have at most ${formatBytes(p.limitBytes)}.`,
    actions: [],
  }),
  QUEUE_FULL: spec<{ limit: number }>({
    category: 'runtime',
    retry: 'auto',
    status: 429,
    title: 'Too many requests wait',
    message: (p) => `${p.limit} requests wait already; try again in a while.`,
    actions: ['retry'],
  }),
  REQUEST_UNKNOWN: spec<{ id: string }>({
    category: 'input',
    retry: 'never',
    status: 404,
    title: 'No such request',
    message: (p) => `There is no request ${p.id}; those that ended are forgotten after a while.`,
    actions: [],
  }),
  REQUEST_EXPIRED: spec<None>({
    category: 'runtime',
    retry: 'manual',
    status: 504,
    title: 'The request waited too long',
    message: () => 'The model did not arrive in the time the request was kept for.',
    actions: ['retry', 'open-settings'],
  }),
  REQUEST_CANCELLED: spec<None>({
    category: 'input',
    retry: 'manual',
    status: 409,
    title: 'Cancelled',
    message: () => 'The request was cancelled.',
    actions: ['retry'],
  }),
} as const;
