import { createStore } from 'zustand/vanilla';
import { type GenerationRequest, hasEnded } from '../../src-shared/domain/generation.ts';
import type { Client } from '../bridge/client.ts';
import { LOADING, type Loadable, loadedValue, reloaded } from './loadable.ts';

export interface RequestsState {
  /** Newest first. */
  readonly requests: Loadable<readonly GenerationRequest[]>;
  readonly load: () => Promise<void>;
  /** Puts one in, or takes it out with `null`. */
  readonly put: (requestId: string, request: GenerationRequest | null) => void;
}

export function createRequestsStore(call: Client) {
  return createStore<RequestsState>()((set, get) => ({
    requests: LOADING,
    load: async () => {
      if (get().requests.status === 'failed') set({ requests: LOADING });
      const answer = await call('requests.list', {});
      const items = answer.ok
        ? { ok: true as const, value: newestFirst(answer.value.items) }
        : answer;
      set({ requests: reloaded(get().requests, items) });
    },
    put: (requestId, request) =>
      set(({ requests }) => {
        if (requests.status !== 'ready') return {};
        const value = withRequest(requests.value, requestId, request);
        return { requests: { status: 'ready', value } };
      }),
  }));
}

function withRequest(
  requests: readonly GenerationRequest[],
  requestId: string,
  request: GenerationRequest | null,
): readonly GenerationRequest[] {
  const index = requests.findIndex(({ id }) => id === requestId);
  if (request && index >= 0) return requests.with(index, request);
  const others = requests.filter(({ id }) => id !== requestId);
  return request ? newestFirst([...others, request]) : others;
}

const newestFirst = (requests: readonly GenerationRequest[]) =>
  requests.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));

/** How many wait or run. */
export const openRequests = ({ requests }: RequestsState): number =>
  (loadedValue(requests) ?? []).filter((request) => !hasEnded(request)).length;
