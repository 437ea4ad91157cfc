/** The main thread's side of the inspect worker. A file that keeps it busy too long is given up, with the worker. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors.ts';
import type { Inspector } from '../engines/health/ports.ts';
import type { Clock } from '../engines/ports.ts';
import { SCANNER_VERSION } from '../formats/safety/scan.ts';
import { translateFileError } from '../library/file-errors.ts';
import type { InspectAnswer, InspectRequest } from '../workers/inspect-worker.ts';
import { workerUrl } from './worker-url.ts';

/** A hundred thousand tensors take a second. */
const PATIENCE_MS = 120_000;

interface Job {
  readonly request: InspectRequest;
  readonly hear: (answer: InspectAnswer) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerInspector extends Inspector {
  close(): Promise<void>;
}

export function createInspector(clock: Clock): WorkerInspector {
  const waiting: Job[] = [];
  let worker: Worker | undefined;
  let current: Job | undefined;
  let stopWatching = () => {};
  let nextJob = 1;

  function start(): Worker {
    const started = new Worker(workerUrl('inspect-worker'));
    started.unref();
    started.on('message', hear);
    started.on('error', (error) => giveUp(started, error));
    return started;
  }

  function hear(answer: InspectAnswer): void {
    const job = current;
    if (!job || answer.job !== job.request.job) return;
    settle();
    if (answer.kind === 'failed') job.reject(failureOf(answer, pathOf(job.request)));
    else job.hear(answer);
    next();
  }

  function settle(): void {
    stopWatching();
    current = undefined;
  }

  function giveUp(broken: Worker, error: Error): void {
    if (worker !== broken) return;
    const job = current;
    worker = undefined;
    settle();
    void broken.terminate();
    job?.reject(error);
    next();
  }

  function next(): void {
    if (current) return;
    current = waiting.shift();
    if (!current) return;
    worker ??= start();
    const busy = worker;
    worker.postMessage(current.request);
    const problem = `${pathOf(current.request)} took too long to read`;
    stopWatching = clock.after(PATIENCE_MS, () => {
      giveUp(busy, new AppError('INTERNAL', { problem }));
    });
  }

  function ask(job: Job): void {
    waiting.push(job);
    next();
  }

  return {
    scanner: SCANNER_VERSION,
    form: (path, { name, depth }) =>
      new Promise((resolve, reject) => {
        const hear = (answer: InspectAnswer) => {
          if (answer.kind === 'file') resolve(answer.report);
        };
        ask({ request: { kind: 'file', job: nextJob++, path, name, depth }, hear, reject });
      }),
    model: (files) =>
      new Promise((resolve, reject) => {
        const hear = (answer: InspectAnswer) => {
          if (answer.kind === 'model') resolve(answer.report);
        };
        ask({ request: { kind: 'model', job: nextJob++, files }, hear, reject });
      }),
    safety: (path, { name }) =>
      new Promise((resolve, reject) => {
        const hear = (answer: InspectAnswer) => {
          if (answer.kind === 'code') resolve(answer.report);
        };
        ask({ request: { kind: 'code', job: nextJob++, path, name }, hear, reject });
      }),
    close: async () => {
      stopWatching();
      waiting.length = 0;
      await worker?.terminate();
    },
  };
}

const pathOf = (request: InspectRequest) =>
  request.kind === 'model' ? (request.files[0]?.path ?? '') : request.path;

function failureOf({ code, message }: InspectAnswer & { kind: 'failed' }, path: string): Error {
  const cause = Object.assign(new Error(message), { code });
  return translateFileError(cause, path) as Error;
}
