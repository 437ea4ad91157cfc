/**
 * All requests of now and of late, and the text of their answers while somebody may still read it. In memory alone.
 *
 * ```
 *  waiting ──▶ loading ──▶ running ──▶ done
 *     │           │           │  └───▶ failed
 *     │           └───────────┴──────▶ failed, cancelled
 *     └──▶ cancelled, expired
 * ```
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type GenerationKind,
  type GenerationRequest,
  hasEnded,
  type RequestState,
} from '../../../src-shared/domain/generation.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { pause } from '../abortable.ts';
import type { Clock, Publish } from '../ports.ts';

export interface RequestsPorts {
  readonly clock: Clock;
  readonly publish: Publish;
  readonly newId: () => string;
}

export interface NewRequest {
  readonly id?: string;
  readonly kind: GenerationKind;
  readonly requested: string;
  readonly requestedId: string | null;
  readonly app: string | null;
  readonly priority: number;
  readonly createdAt?: string;
  /** Whether somebody comes back for the answer; of whoever waits for it nothing is kept. */
  readonly keepsAnswer?: boolean;
}

/** One request as the engine holds it. */
export interface RequestRecord {
  readonly id: string;
  readonly view: () => GenerationRequest;
  /** The whole answer of an ended one, as the gateway gives it, where it is kept. */
  readonly answer: () => unknown;
  /** Takes the answer, if somebody comes back for it. */
  keep(answer: unknown): void;
  keepsAnswer: boolean;
  /** As long as its answer lies somewhere else it is not forgotten. */
  isStored: boolean;
  change(
    patch: Partial<
      Pick<GenerationRequest, 'modelId' | 'strategy' | 'priority' | 'expiresAt' | 'requestedId'>
    >,
  ): void;
  state(state: RequestState): void;
  /** As {@link RequestRecord.state}, for what changes all the time: nothing is told where nothing changed. */
  stands(state: RequestState, how: { readonly quietly: boolean }): void;
  /** Counts a piece of the answer, and keeps its text for who reads it bit by bit. */
  append(text: string): void;
}

/** Ended requests that are remembered. */
const MOST_ENDED = 200;
/** Characters of one answer that can be read bit by bit. */
const MOST_TEXT = 400_000;
const TELL_EVERY_MS = 250;

export type Requests = ReturnType<typeof createRequests>;

export function createRequests({ clock, publish, newId }: RequestsPorts) {
  const records = new Map<string, RequestRecord & { readonly text: () => string }>();
  const listeners = new Set<(id: string) => void>();

  function tell(id: string): void {
    const record = records.get(id);
    publish('request.state', { requestId: id, request: record?.view() ?? null });
  }

  const heard = (id: string) => {
    for (const listener of [...listeners]) listener(id);
  };

  function open(fresh: NewRequest): RequestRecord {
    const id = fresh.id ?? newId();
    const createdAt = fresh.createdAt ?? new Date(clock.now()).toISOString();
    let text = '';
    let later: (() => void) | undefined;
    let request: GenerationRequest = {
      ...{ id, createdAt, modelId: null, strategy: null, expiresAt: null },
      ...{ kind: fresh.kind, requested: fresh.requested, requestedId: fresh.requestedId },
      ...{ app: fresh.app, priority: fresh.priority },
      state: { kind: 'loading', startedAt: createdAt },
      can: { cancel: true, prioritize: false },
    };
    let answer: unknown;
    const record: RequestRecord & { readonly text: () => string } = {
      id,
      isStored: false,
      keepsAnswer: fresh.keepsAnswer ?? false,
      answer: () => answer,
      keep: (whole: unknown) => {
        if (record.keepsAnswer) answer = whole;
      },
      view: () => request,
      text: () => text,
      change: (patch: Partial<GenerationRequest>) => {
        request = { ...request, ...patch };
        soon();
      },
      state: (state: RequestState) => {
        if (hasEnded(request)) return;
        request = { ...request, state, can: canOf(state) };
        now();
        if (hasEnded(request)) forgetOldest();
      },
      stands: (state: RequestState, { quietly }: { readonly quietly: boolean }) => {
        if (hasEnded(request) || isDeepStrictEqual(request.state, state)) return;
        request = { ...request, state, can: canOf(state) };
        if (!quietly) now();
      },
      append: (piece: string) => {
        if (text.length < MOST_TEXT) text += piece;
        const { state } = request;
        if (state.kind === 'running') request = { ...request, state: counted(state, clock.now()) };
        soon();
        heard(id);
      },
    };
    const now = () => {
      later?.();
      later = undefined;
      tell(id);
      heard(id);
    };
    const soon = () => {
      later ??= clock.after(TELL_EVERY_MS, now);
    };
    records.set(id, record);
    return record;
  }

  function forgetOldest(): void {
    const ended = [...records.values()].filter(
      (record) => hasEnded(record.view()) && !record.isStored,
    );
    for (const { id } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) {
      records.delete(id);
      tell(id);
    }
  }

  function find(id: string) {
    const record = records.get(id);
    if (!record) throw new AppError('REQUEST_UNKNOWN', { id });
    return record;
  }

  return {
    open,
    /** @throws AppError `REQUEST_UNKNOWN` */
    find: (id: string): RequestRecord => find(id),
    /** Newest first. */
    list: (): GenerationRequest[] => [...records.values()].map((record) => record.view()).reverse(),
    /** The text after `from`, waiting for more where there is none yet. @throws AppError `REQUEST_UNKNOWN` */
    async read(id: string, { from, waitMs }: { readonly from: number; readonly waitMs: number }) {
      const record = find(id);
      const isNews = () => record.text().length > from || hasEnded(record.view());
      if (!isNews() && waitMs > 0) {
        const news = new AbortController();
        const listener = (changed: string) => {
          if (changed === id && isNews()) news.abort();
        };
        listeners.add(listener);
        await pause(clock, waitMs, news.signal).catch(() => {});
        listeners.delete(listener);
      }
      const text = record.text().slice(from);
      return { request: record.view(), text, next: from + text.length };
    },
  };
}

const canOf = (state: RequestState) => ({
  cancel: !hasEnded({ state }),
  prioritize: state.kind === 'waiting',
});

/** Speed counts from the second piece on: until the first came, the question was read. */
function counted(state: RequestState & { readonly kind: 'running' }, now: number): RequestState {
  const tokens = state.tokens + 1;
  const seconds = (now - Date.parse(state.startedAt)) / 1000;
  return { ...state, tokens, tokensPerSecond: seconds > 0 ? (tokens - 1) / seconds : null };
}
