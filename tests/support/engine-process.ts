/** Starts the download engine as a process of its own, and listens to it. Whoever started it ends it. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { bundleForNode } from '../../tools/lib/bundle.mjs';
import { OUT, ROOT } from '../../tools/lib/paths.mjs';
import { workerEntries } from '../../tools/lib/worker-entries.mjs';
import type { ChildCommand, ChildNews, ChildOptions } from './engine-child.ts';

/** @param name of a folder no one else bundles into at the same time @returns the file to start */
export async function bundleEngineChild(name: string): Promise<string> {
  const outDir = path.join(OUT, name);
  const entry = path.join(ROOT, 'tests', 'support', 'engine-child.ts');
  await bundleForNode({ 'engine-child': entry, ...workerEntries() }, { outDir });
  return path.join(outDir, 'engine-child.js');
}

export type EngineState = Extract<ChildNews, { kind: 'state' }>;

export interface EngineProcess {
  readonly pid: number;
  /** The last that was said of each download. */
  readonly latest: ReadonlyMap<string, EngineState>;
  /** Resolves with the first state, from now on or the last one heard, that is as described. */
  until(condition: (state: EngineState) => boolean): Promise<EngineState>;
  /** @throws Error when it could not be done */
  ask(command: ChildCommand): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** @throws Error with the code of why it did not start */
export async function startEngineProcess(
  file: string,
  options: ChildOptions,
): Promise<EngineProcess> {
  const child = fork(file, [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const latest = new Map<string, EngineState>();
  const listeners = new Set<(news: ChildNews | null) => void>();
  const pass = (news: ChildNews | null) => {
    for (const listener of [...listeners]) listener(news);
  };
  child.on('message', (news: ChildNews) => {
    if (news.kind === 'state') latest.set(news.id, news);
    pass(news);
  });
  child.once('exit', () => pass(null));
  const next = <T>(pick: (news: ChildNews) => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const listener = (news: ChildNews | null) => {
        const picked = news === null ? undefined : pick(news);
        if (news !== null && picked === undefined) return;
        listeners.delete(listener);
        if (picked === undefined) reject(new Error('the engine process has ended'));
        else resolve(picked);
      };
      listeners.add(listener);
    });
  const kill = async () => {
    if (isAlive(child)) child.kill('SIGKILL');
    await ended;
  };
  const ask = async (command: ChildCommand) => {
    const answer = next((news) =>
      news.kind === 'answered' && news.command === command.command ? news : undefined,
    );
    child.send(command);
    const { problem } = await answer;
    if (problem !== null) throw new Error(problem);
  };
  const refusal = await next((news) => {
    if (news.kind === 'refused') return news.code;
    return news.kind === 'ready' ? '' : undefined;
  });
  if (refusal !== '') {
    await kill();
    throw new Error(refusal);
  }
  return {
    pid: child.pid ?? 0,
    latest,
    ask,
    kill,
    until: (condition) => {
      const known = [...latest.values()].find(condition);
      if (known) return Promise.resolve(known);
      return next((news) => (news.kind === 'state' && condition(news) ? news : undefined));
    },
    stop: async () => {
      await ask({ command: 'stop' });
      await kill();
    },
  };
}

const isAlive = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode === null && signalCode === null;
