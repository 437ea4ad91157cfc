/** The main thread's side of the library workers, which end when nothing was asked of them for a while. */
import { Worker } from 'node:worker_threads';
import type { Manifest } from '../../src-shared/domain/model.ts';
import type { LibraryReader } from '../library/glance.ts';
import { inBatches } from '../library/in-batches.ts';
import type { LibraryAnswer, LibraryRequest } from '../workers/library-worker.ts';
import { workerUrl } from './worker-url.ts';

/** What they do is asking the system for one small thing after the other: more of them wait for each other. */
const WORKERS = 2;
const IDLE_MS = 10_000;
const MANIFESTS_AT_ONCE = 256;
const MODELS_AT_ONCE = 64;

interface Job {
  readonly hear: (answer: LibraryAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface WorkerReader extends LibraryReader {
  close(): Promise<void>;
}

export function createLibraryReader(): WorkerReader {
  const jobs = new Map<number, Job>();
  /** There from the start, as the first thing that the application does is to read its libraries. */
  let workers: readonly Worker[] = start();
  let idle: NodeJS.Timeout | undefined;
  let nextJob = 1;

  function start(): Worker[] {
    return Array.from({ length: WORKERS }, () => {
      const started = new Worker(workerUrl('library-worker'));
      started.unref();
      started.on('message', (answer: LibraryAnswer) => {
        const job = jobs.get(answer.job);
        jobs.delete(answer.job);
        if (jobs.size === 0) idle = setTimeout(() => void end(), IDLE_MS).unref();
        job?.hear(answer);
      });
      started.on('error', (error) => {
        if (workers.includes(started)) void end(error);
      });
      return started;
    });
  }

  async function end(why = new Error('the library is being closed')): Promise<void> {
    clearTimeout(idle);
    const ended = workers;
    workers = [];
    for (const { reject } of jobs.values()) reject(why);
    jobs.clear();
    await Promise.all(ended.map((worker) => worker.terminate()));
  }

  function ask(request: (job: number) => LibraryRequest): Promise<LibraryAnswer> {
    clearTimeout(idle);
    if (workers.length === 0) workers = start();
    const asked = request(nextJob++);
    workers[asked.job % workers.length]?.postMessage(asked);
    return new Promise((hear, reject) => jobs.set(asked.job, { hear, reject }));
  }

  async function readManifests(files: readonly string[]): Promise<(Manifest | null)[]> {
    const answer = await ask((job) => ({ kind: 'manifests', job, files }));
    // The worker has checked them.
    return answer.kind === 'manifests' ? (JSON.parse(answer.json) as (Manifest | null)[]) : [];
  }

  return {
    manifests: async (files) =>
      (await Promise.all(inBatches(files, MANIFESTS_AT_ONCE).map(readManifests))).flat(),
    glance: async (root, models) => {
      const answers = await Promise.all(
        inBatches(models, MODELS_AT_ONCE).map((some) =>
          ask((job) => ({ kind: 'glance', job, root, models: some })),
        ),
      );
      return answers.flatMap((answer) => (answer.kind === 'glance' ? answer.glances : []));
    },
    close: () => end(),
  };
}
