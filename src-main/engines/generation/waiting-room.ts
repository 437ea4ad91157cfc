/**
 * Requests that wait for their model, over restarts too. What was asked lies encrypted on the disk, where the system
 * keeps a key, until it is answered; the answer then lies there until it is too old.
 *
 * ```
 *  waiting ──model has arrived──▶ handed over ──▶ answered
 *     │                                └────────▶ failed
 *     ├──▶ cancelled
 *     └──▶ expired
 * ```
 */
import { z } from 'zod';
import {
  type GenerationKind,
  generationKindSchema,
  requestStateSchema,
} from '../../../src-shared/domain/generation.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { RequestRecord, Requests } from './requests.ts';

export const waitingRequestSchema = z.object({
  id: z.string(),
  kind: generationKindSchema,
  requested: z.string(),
  requestedId: z.string(),
  app: z.string().nullable(),
  priority: z.number().int(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  answered: z
    .object({ modelId: z.string(), state: requestStateSchema })
    .optional()
    .meta({ description: 'Its answer lies where what was asked lay.' }),
});
export type WaitingRequest = z.infer<typeof waitingRequestSchema>;

export interface WaitingRoomPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly requests: Requests;
  readonly document: {
    get(): readonly WaitingRequest[];
    update(change: (all: readonly WaitingRequest[]) => readonly WaitingRequest[]): void;
    /** Resolves when every change is safe on the disk. */
    flush(): Promise<void>;
  };
  /** What was asked, apart from the list because it may be large. */
  readonly bodies: {
    put(id: string, body: unknown): Promise<void>;
    /** `null` for what cannot be read any more. */
    get(id: string): Promise<unknown>;
    remove(id: string): Promise<void>;
  };
  readonly settings: () => { readonly queueLimit: number; readonly queueForMs: number };
  readonly canAnswer: (modelId: string) => boolean;
  /** How a model that is waited for stands. */
  readonly outlook: (modelId: string) => {
    etaMs: number | null;
    downloadedBytes: number;
    totalBytes: number;
  };
  /**
   * Has the model fetched, with this priority at least.
   * @returns its id, which for a reference may be another
   * @throws AppError when it cannot be
   */
  readonly fetch: (modelId: string, priority: number) => Promise<string>;
  /** Answers one; its record says how that went. @throws NotNow */
  readonly run: (record: RequestRecord, waiting: WaitingRequest, body: unknown) => Promise<void>;
}

export interface NewWaiting {
  readonly record: RequestRecord;
  readonly kind: GenerationKind;
  readonly requestedId: string;
  readonly body: unknown;
  /** The caller went away before it was taken in. */
  readonly signal: AbortSignal;
}

interface Rest {
  readonly until: number;
  readonly ms: number;
}

/** So many are told of each second; how the others stand is there for who asks. */
const TOLD = 20;
/** Handed over at the same time for one model; the runtime may do fewer. */
const AT_ONCE = 4;
const LOOK_EVERY_MS = 1_000;
/** Until one that could not be answered yet is tried again; longer each time. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 5 * 60_000;

/** What stands in the way will pass: the request waits on. */
export class NotNow extends Error {}

export type WaitingRoom = ReturnType<typeof createWaitingRoom>;

export function createWaitingRoom(ports: WaitingRoomPorts) {
  const { clock, requests, document, bodies } = ports;
  const records = new Map<string, RequestRecord>();
  /** Being answered, with their models. */
  const handed = new Map<string, string>();
  /** Those that were tried too early. */
  const rests = new Map<string, Rest>();
  /** Accepted, and their bodies not yet on the disk. */
  let coming = 0;
  /** Answered, the oldest first: their answers lie on the disk. */
  const stored = new Map<string, RequestRecord>();
  let timer: (() => void) | undefined;
  let isOver = false;

  /** The next one first. */
  const inTurn = () =>
    document
      .get()
      .filter(({ id, answered }) => !handed.has(id) && !answered)
      .toSorted((a, b) => b.priority - a.priority || a.createdAt.localeCompare(b.createdAt));

  function tellHowTheyStand(): void {
    const outlook = once(ports.outlook);
    for (const [index, { id, requestedId }] of inTurn().entries()) {
      const { etaMs, downloadedBytes, totalBytes } = outlook(requestedId);
      const state = {
        kind: 'waiting' as const,
        position: index + 1,
        etaMs,
        downloadedBytes,
        totalBytes,
      };
      records.get(id)?.stands(state, { quietly: index >= TOLD });
    }
  }

  function remove(id: string): void {
    document.update((all) => all.filter((one) => one.id !== id));
    forget(id);
    const answered = stored.get(id);
    if (answered) answered.isStored = false;
    stored.delete(id);
    void Promise.all([bodies.remove(id), bodies.remove(answerKey(id))]).catch((error: unknown) =>
      ports.log.warn('a request stays on disk', { id, problem: String(error) }),
    );
  }

  function forget(id: string): void {
    records.delete(id);
    handed.delete(id);
    rests.delete(id);
  }

  const endedAt = () => new Date(clock.now()).toISOString();

  function end(id: string, kind: 'cancelled' | 'expired'): void {
    records.get(id)?.state({ kind, endedAt: endedAt() });
    remove(id);
  }

  /** Those that wait for this id wait for that one: a reference has become a model. */
  function meant(before: string, modelId: string): void {
    document.update((all) =>
      all.map((one) => (one.requestedId === before ? { ...one, requestedId: modelId } : one)),
    );
    for (const { id, requestedId } of inTurn())
      if (requestedId === modelId) records.get(id)?.change({ requestedId });
    look();
  }

  /** A model that nobody has need not be waited for. */
  async function fetch(modelId: string, priority: number): Promise<void> {
    try {
      const found = await ports.fetch(modelId, priority);
      if (found !== modelId) meant(modelId, found);
    } catch (thrown) {
      const error = toAppError(thrown);
      ports.log.warn('a model that is waited for is not fetched', { modelId, code: error.code });
      if (toErrorReport(error).retryable) return;
      for (const { id, requestedId } of inTurn()) {
        if (requestedId !== modelId) continue;
        records.get(id)?.state({ kind: 'failed', endedAt: endedAt(), error: toErrorReport(error) });
        remove(id);
      }
    }
  }

  /** Ends what is too old, hands over what can be answered, and tells the others how they stand. */
  function look(): void {
    if (isOver) return;
    const now = new Date(clock.now()).toISOString();
    for (const { id, answered, expiresAt } of document.get()) {
      if (expiresAt > now || handed.has(id)) continue;
      if (answered) remove(id);
      else end(id, 'expired');
    }
    const canAnswer = once(ports.canAnswer);
    for (const waiting of inTurn()) {
      const { id, requestedId } = waiting;
      const running = [...handed.values()].filter((modelId) => modelId === requestedId);
      const isResting = (rests.get(id)?.until ?? 0) > clock.now();
      if (running.length < AT_ONCE && !isResting && canAnswer(requestedId)) void handOver(waiting);
    }
    tellHowTheyStand();
    timer?.();
    timer = document.get().length > 0 ? clock.after(LOOK_EVERY_MS, look) : undefined;
  }

  async function handOver(waiting: WaitingRequest): Promise<void> {
    const { id } = waiting;
    const record = records.get(id);
    if (!record) return;
    handed.set(id, waiting.requestedId);
    try {
      const body = await bodies.get(id);
      // Cancelled meanwhile.
      if (!records.has(id)) return;
      if (body === null) throw new AppError('REQUEST_UNKNOWN', { id });
      await ports.run(record, waiting, body);
    } catch (error) {
      if (error instanceof NotNow && !isOver) return rest(id);
      if (!isOver)
        record.state({ kind: 'failed', endedAt: endedAt(), error: toErrorReport(error) });
    }
    // What an end of the program cut off is asked again at the next start.
    if (isOver) return;
    await keepAnswer(waiting, record).catch(() => remove(id));
    look();
  }

  function rest(id: string): void {
    handed.delete(id);
    const ms = Math.min(LONGEST_REST_MS, 2 * (rests.get(id)?.ms ?? FIRST_REST_MS / 2));
    rests.set(id, { until: clock.now() + ms, ms });
    tellHowTheyStand();
  }

  /** An answer is there for who comes back for it; of anything else the record alone tells. */
  async function keepAnswer({ id }: WaitingRequest, record: RequestRecord): Promise<void> {
    const { state, modelId } = record.view();
    if (state.kind !== 'done' || modelId === null) return remove(id);
    // The question goes only once the answer is safe, whenever the program ends.
    await bodies.put(answerKey(id), record.answer());
    const answered = { modelId, state };
    document.update((all) => all.map((one) => (one.id === id ? { ...one, answered } : one)));
    await document.flush();
    await bodies.remove(id);
    record.isStored = true;
    stored.set(id, record);
    forget(id);
    const [oldest] = stored.keys();
    if (stored.size > ports.settings().queueLimit && oldest !== undefined) remove(oldest);
  }

  return {
    /**
     * Takes a request in; its record says from now on how it stands.
     * @throws AppError `QUEUE_FULL`, `DATA_FILE_UNUSABLE`, or the reason of the signal
     */
    async add({ record, kind, requestedId, body, signal }: NewWaiting): Promise<void> {
      const { queueLimit, queueForMs } = ports.settings();
      if (inTurn().length + coming >= queueLimit) {
        throw new AppError('QUEUE_FULL', { limit: queueLimit }, { retryAfterMs: 30_000 });
      }
      const { id, requested, app, priority, createdAt } = record.view();
      const expiresAt = new Date(clock.now() + queueForMs).toISOString();
      coming += 1;
      try {
        await bodies.put(id, body);
      } finally {
        coming -= 1;
      }
      const waiting = { id, kind, requested, requestedId, app, priority, createdAt, expiresAt };
      record.keepsAnswer = true;
      record.change({ expiresAt });
      records.set(id, record);
      document.update((all) => [...all, waiting]);
      try {
        await document.flush();
        signal.throwIfAborted();
      } catch (error) {
        remove(id);
        throw error;
      }
      void fetch(requestedId, priority);
      look();
    },
    /** Takes up what waited when the program ended. */
    restore(): void {
      for (const { expiresAt, answered, ...facts } of document.get()) {
        const record = requests.open({ ...facts, keepsAnswer: true });
        record.change({ expiresAt });
        if (answered) {
          record.change({ modelId: answered.modelId, strategy: 'queued' });
          record.isStored = true;
          record.state(answered.state);
          stored.set(facts.id, record);
          continue;
        }
        records.set(facts.id, record);
        void fetch(facts.requestedId, facts.priority);
      }
      look();
    },
    /** Something changed that may let a request go on. */
    look,
    /** The answer of one that was answered before the program was started. */
    answerOf: async (id: string): Promise<unknown> =>
      document.get().some((one) => one.id === id && one.answered)
        ? bodies.get(answerKey(id))
        : null,
    /** @throws AppError `ACTION_NOT_POSSIBLE` when it does not wait */
    prioritize(id: string, priority: number): void {
      const record = records.get(id);
      const waiting = document.get().find((one) => one.id === id);
      if (!record || !waiting || handed.has(id)) {
        throw new AppError('ACTION_NOT_POSSIBLE', {
          action: 'prioritize',
          state: 'no longer waiting',
        });
      }
      document.update((all) => all.map((one) => (one.id === id ? { ...one, priority } : one)));
      record.change({ priority });
      void fetch(waiting.requestedId, priority);
      look();
    },
    /** Of one that waits; nothing happens to any other. */
    cancel: (id: string): void => {
      if (!records.has(id)) return;
      end(id, 'cancelled');
      look();
    },
    close(): void {
      isOver = true;
      timer?.();
    },
  };
}

/** Where its answer lies, beside what was asked. */
const answerKey = (id: string) => `${id}.answer`;

/** Many wait for one model: what is asked of it is asked once. */
function once<T>(ask: (modelId: string) => T): (modelId: string) => T {
  const known = new Map<string, T>();
  return (modelId) => {
    if (!known.has(modelId)) known.set(modelId, ask(modelId));
    return known.get(modelId) as T;
  };
}
