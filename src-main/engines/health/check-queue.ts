/** Checks that were asked for, one after the other; a deeper one of the same model stands for the others. */
import type { CheckDepth } from '../../../src-shared/domain/health.ts';
import type { Clock } from '../ports.ts';
import type { CheckRequest } from './check-model.ts';
import type { RunningCheck } from './view.ts';

interface QueuePorts {
  readonly clock: Clock;
  readonly totalBytes: (modelId: string) => number;
  /** Carries one check out. What it throws is its own to tell. */
  readonly run: (modelId: string, request: CheckRequest) => Promise<void>;
  /** A check began, moved or ended; at most four times a second while it moves. */
  readonly changed: (modelId: string) => void;
}

interface Entry {
  readonly modelId: string;
  readonly depth: CheckDepth;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  readonly settle: () => void;
  check: RunningCheck | null;
}

const DEPTHS: readonly CheckDepth[] = ['quick', 'structure', 'full'];
const PROGRESS_MS = 250;

export function createCheckQueue({ clock, totalBytes, run, changed }: QueuePorts) {
  /** By model, in their order. */
  const waiting = new Map<string, Entry>();
  let current: Entry | undefined;
  let loop: Promise<void> = Promise.resolve();

  function createEntry(modelId: string, depth: CheckDepth): Entry {
    let settle = () => {};
    const done = new Promise<void>((resolve) => {
      settle = resolve;
    });
    return { modelId, depth, controller: new AbortController(), done, settle, check: null };
  }

  async function work(): Promise<void> {
    for (current = takeFirst(); current; current = takeFirst()) await carryOut(current);
  }

  function takeFirst(): Entry | undefined {
    const [first] = waiting.values();
    if (first) waiting.delete(first.modelId);
    return first;
  }

  async function carryOut(entry: Entry): Promise<void> {
    const { modelId, depth, controller } = entry;
    const startedAt = new Date(clock.now()).toISOString();
    const total = totalBytes(modelId);
    let toldAt = clock.now();
    entry.check = { depth, checkedBytes: 0, totalBytes: total, startedAt };
    if (depth === 'full') changed(modelId);
    const onProgress = (checkedBytes: number) => {
      entry.check = {
        depth,
        checkedBytes: Math.min(total, checkedBytes),
        totalBytes: total,
        startedAt,
      };
      if (clock.now() - toldAt < PROGRESS_MS) return;
      toldAt = clock.now();
      changed(modelId);
    };
    await run(modelId, { depth, signal: controller.signal, onProgress });
    entry.check = null;
    current = undefined;
    entry.settle();
    changed(modelId);
  }

  function drop(modelId: string): Entry | undefined {
    const dropped = waiting.get(modelId);
    waiting.delete(modelId);
    return dropped;
  }

  return {
    /** Resolves when it was carried out, or stopped. */
    add: (modelId: string, depth: CheckDepth): Promise<void> => {
      const known = waiting.get(modelId);
      if (known && DEPTHS.indexOf(known.depth) >= DEPTHS.indexOf(depth)) return known.done;
      const entry = createEntry(modelId, depth);
      const shallow = drop(modelId);
      if (shallow) void entry.done.then(shallow.settle);
      waiting.set(modelId, entry);
      if (!current) loop = loop.then(work);
      return entry.done;
    },
    /** @returns how many were stopped */
    stop: (modelId: string): number => {
      const dropped = drop(modelId);
      dropped?.settle();
      const count = dropped ? 1 : 0;
      if (current?.modelId !== modelId) return count;
      current.controller.abort(new Error('stopped'));
      return count + 1;
    },
    running: (modelId: string): RunningCheck | null =>
      current?.modelId === modelId ? current.check : null,
    isBusy: () => current !== undefined,
    close: async (): Promise<void> => {
      for (const entry of waiting.values()) entry.settle();
      waiting.clear();
      current?.controller.abort(new Error('stopped'));
      await loop;
    },
  };
}
