/**
 * The runtime inside Larder: GGUF models through llama.cpp, each in a process of its own. A model comes into
 * memory with its first request and goes when nothing has asked for it in a while, or when memory is short.
 *
 * ```
 *  absent ──load──▶ loading ──loaded──▶ idle ◀──────▶ busy
 *                      │ failed           │ unload, idle too long, memory short
 *                      ▼                  ▼
 *                    absent ◀── crash ── absent
 * ```
 */
import { memoryNeed } from '../../../src-shared/domain/fit.ts';
import type { RuntimeInfo } from '../../../src-shared/domain/generation.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { abortable } from '../../engines/abortable.ts';
import type { Job, RunnableModel, Runtime } from '../../engines/generation/ports.ts';
import type { Clock } from '../../engines/ports.ts';
import type { StartProcess } from '../process.ts';
import { canLlamaRun, doesTask, entryFile } from './can-run.ts';
import { createModelProcess, type ModelProcess } from './model-process.ts';
import type { Failure, Loaded } from './protocol.ts';

export const LLAMA_RUNTIME = 'llama';

export interface LlamaSettings {
  readonly gpu: 'auto' | 'off';
  readonly contextTokens: number;
  /** 0 for never. */
  readonly unloadAfterMs: number;
  readonly atOnce: number;
}

export interface LlamaPorts {
  readonly clock: Clock;
  readonly startProcess: StartProcess;
  /** The code of the process of a model. */
  readonly workerUrl: URL;
  /** Where a file of a model lies. @param path as its source names it */
  readonly placeOf: (modelId: string, path: string) => string;
  /** In force for a model at its next load. */
  readonly settings: (modelId: string) => LlamaSettings;
  readonly memory: () => { readonly freeBytes: number; readonly totalBytes: number };
  /** Of the graphics card; 0 for none. */
  readonly graphicsBytes: () => number;
  /** Models came into memory or went, or are asked something. */
  readonly changed: () => void;
}

interface Held {
  readonly name: string;
  readonly process: ModelProcess;
  readonly ready: Promise<Loaded>;
  /** That it takes, about. */
  readonly memoryBytes: number;
  loaded: Loaded | null;
  readonly loadedAt: number;
  lastUsedAt: number;
  running: number;
  cancelUnload: () => void;
}

const MEMORY_LOOK_MS = 15_000;
/** Below this share of the memory, models that do nothing are let go. */
const SHORT_SHARE = 0.05;

export function createLlamaRuntime(ports: LlamaPorts): Runtime & {
  /** Ends a model at once, whatever it does; its requests fail with `reason`. */
  drop(modelId: string, reason: AppError): void;
} {
  const { clock } = ports;
  const held = new Map<string, Held>();
  let watching: (() => void) | undefined;

  function start(model: RunnableModel): Held {
    if (model.kind !== 'library') throw new Error(`${model.id} is no file here`);
    const { id, status } = model;
    const entry = entryFile(status.files);
    if (!entry) throw new AppError('RUNTIME_MISSING', { model: status.name, format: 'no GGUF' });
    const { contextTokens, gpu, atOnce } = ports.settings(id);
    const neededBytes = memoryNeed(status.sizeBytes);
    makeRoom(status.name, { neededBytes, gpu });
    const process = createModelProcess({
      process: ports.startProcess(ports.workerUrl),
      model: status.name,
      translate: (failure) => translate(failure, { name: status.name, neededBytes }),
      onEnd: () => forget(id, one),
    });
    const order = {
      modelPath: ports.placeOf(id, entry.path),
      contextTokens,
      sequences: atOnce,
      gpu: gpu === 'off' ? (false as const) : gpu,
    };
    const ready = process
      .ask({ type: 'load', order }, { signal: new AbortController().signal })
      .then((answer) => {
        if (answer.type !== 'loaded') throw new Error(`unexpected ${answer.type}`);
        one.loaded = answer.loaded;
        letGoLater(id, one);
        ports.changed();
        return answer.loaded;
      })
      .catch((error: unknown) => {
        process.end(new AppError('RUNTIME_CRASHED', { model: status.name }));
        throw asLoadFailure(error, status.name);
      });
    const now = clock.now();
    const one: Held = {
      ...{ name: status.name, process, ready, memoryBytes: neededBytes, loaded: null },
      ...{ loadedAt: now, lastUsedAt: now, running: 0, cancelUnload: () => {} },
    };
    held.set(id, one);
    watch();
    return one;
  }

  /** Another process may have taken its place. */
  function forget(id: string, one: Held): void {
    one.cancelUnload();
    if (held.get(id) === one) held.delete(id);
    ports.changed();
  }

  /** A while after the last that asked for it. */
  function letGoLater(id: string, one: Held): void {
    one.cancelUnload();
    const { unloadAfterMs } = ports.settings(id);
    if (unloadAfterMs === 0 || held.get(id) !== one || one.running > 0) return;
    one.cancelUnload = clock.after(unloadAfterMs, () => end(id));
  }

  /**
   * Lets go of what was used longest ago until there is room, of nothing where that would not do. What is being loaded
   * will take its own. @throws AppError `MEMORY_SHORT`
   */
  function makeRoom(
    name: string,
    { neededBytes, gpu }: { readonly neededBytes: number; readonly gpu: LlamaSettings['gpu'] },
  ): void {
    if (gpu !== 'off' && neededBytes <= ports.graphicsBytes()) return;
    const loading = [...held.values()].filter(({ loaded }) => loaded === null);
    let freeBytes = ports.memory().freeBytes - sum(loading.map(({ memoryBytes }) => memoryBytes));
    const canBeFree = freeBytes + sum(idle().map(([, { memoryBytes }]) => memoryBytes));
    if (canBeFree < neededBytes) {
      const left = Math.max(0, freeBytes);
      throw new AppError('MEMORY_SHORT', { model: name, neededBytes, freeBytes: left });
    }
    for (const [id, one] of idle()) {
      if (freeBytes >= neededBytes) return;
      freeBytes += one.memoryBytes;
      end(id);
    }
  }

  const idle = () =>
    [...held]
      .filter(([, { running, loaded }]) => running === 0 && loaded !== null)
      .sort(([, a], [, b]) => a.lastUsedAt - b.lastUsedAt);

  function end(id: string): boolean {
    const one = held.get(id);
    one?.process.end(new AppError('RUNTIME_CRASHED', { model: one.name }));
    return one !== undefined;
  }

  /** As long as something is held. */
  function watch(): void {
    watching ??= clock.after(MEMORY_LOOK_MS, () => {
      watching = undefined;
      const { freeBytes, totalBytes } = ports.memory();
      const [oldest] = idle();
      if (oldest && freeBytes < totalBytes * SHORT_SHARE) end(oldest[0]);
      if (held.size > 0) watch();
    });
  }

  /** Runs one job on a model in memory, and lets the model go a while after the last. */
  async function use<T>(
    model: RunnableModel,
    work: (process: ModelProcess) => Promise<T>,
  ): Promise<T> {
    const one = held.get(model.id) ?? start(model);
    one.running += 1;
    one.cancelUnload();
    ports.changed();
    try {
      await one.ready;
      return await work(one.process);
    } finally {
      one.running -= 1;
      one.lastUsedAt = clock.now();
      letGoLater(model.id, one);
      ports.changed();
    }
  }

  return {
    id: LLAMA_RUNTIME,
    info: () => infoOf(held),
    canRun: (model) => canLlamaRun(model),
    async load(model, signal) {
      signal.throwIfAborted();
      const known = held.get(model.id);
      const begunAt = clock.now();
      const one = known ?? start(model);
      const loaded = await abortable(one.ready, signal);
      const settings = `context ${loaded.contextTokens}, ${loaded.device}, ${loaded.gpuLayers} layers`;
      return { loadMs: known ? 0 : clock.now() - begunAt, settings };
    },
    async generate(model, job, run) {
      assertDoes(model, job.kind);
      return use(model, async (process) => {
        const answer = await process.ask(orderOf(job), run);
        if (answer.type !== 'generated') throw new Error(`unexpected ${answer.type}`);
        return answer.generated;
      });
    },
    embed: (model, body, signal) =>
      use(model, async (process) => {
        const texts = typeof body.input === 'string' ? [body.input] : body.input;
        const answer = await process.ask({ type: 'embed', texts }, { signal });
        if (answer.type !== 'embedded') throw new Error(`unexpected ${answer.type}`);
        return { vectors: answer.vectors, promptTokens: answer.promptTokens };
      }),
    async unload(modelId) {
      const one = held.get(modelId);
      if (!one || one.running > 0) return false;
      return end(modelId);
    },
    drop: (modelId, reason) => held.get(modelId)?.process.end(reason),
    async close() {
      watching?.();
      for (const id of [...held.keys()]) end(id);
    },
  };
}

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

/** The compiler follows each kind by itself. */
const orderOf = (job: Job) =>
  job.kind === 'chat' ? { type: job.kind, body: job.body } : { type: job.kind, body: job.body };

function assertDoes(model: RunnableModel, kind: Job['kind']): void {
  const architecture = model.kind === 'library' ? model.status.metadata?.architecture : undefined;
  if (doesTask(architecture, kind)) return;
  const name = model.kind === 'library' ? model.status.name : model.id;
  throw new AppError('MODEL_CANNOT', { model: name, task: kind });
}

function asLoadFailure(error: unknown, model: string): AppError {
  const known = error instanceof AppError ? error : undefined;
  if (known && known.code !== 'RUNTIME_FAILED' && known.code !== 'RUNTIME_CRASHED') return known;
  const problem =
    known?.code === 'RUNTIME_FAILED'
      ? (known.params as { problem: string }).problem
      : 'the runtime ended while it loaded';
  return new AppError('LOAD_FAILED', { model, problem }, { cause: error });
}

function translate(
  failure: Failure,
  { name, neededBytes }: { readonly name: string; readonly neededBytes: number },
): AppError {
  switch (failure.kind) {
    case 'overflow':
      return new AppError('CONTEXT_OVERFLOW', {
        model: name,
        tokens: failure.tokens,
        limit: failure.limit,
      });
    case 'memory':
      return new AppError('MEMORY_SHORT', {
        model: name,
        neededBytes,
        freeBytes: 0,
      });
    case 'cannot':
      return new AppError('MODEL_CANNOT', { model: name, task: failure.task });
    case 'input':
      return new AppError('INPUT_INVALID', { problem: failure.problem });
    case 'aborted':
      return new AppError('REQUEST_CANCELLED', {});
    case 'other':
      return new AppError('RUNTIME_FAILED', {
        model: name,
        problem: failure.problem.replace(/\.$/, ''),
      });
  }
}

function infoOf(held: ReadonlyMap<string, Held>): RuntimeInfo {
  const loaded = [...held].flatMap(([modelId, one]) =>
    one.loaded
      ? {
          modelId,
          memoryBytes: one.memoryBytes,
          contextTokens: one.loaded.contextTokens,
          loadedAt: new Date(one.loadedAt).toISOString(),
          lastUsedAt: new Date(one.lastUsedAt).toISOString(),
          busy: one.running,
        }
      : [],
  );
  const device = [...held.values()].find((one) => one.loaded)?.loaded?.device;
  return {
    id: LLAMA_RUNTIME,
    kind: 'llama',
    name: 'llama.cpp, inside Larder',
    url: null,
    state: 'ready',
    detail: device ? `computes on ${device}` : null,
    models: [],
    loaded,
  };
}
