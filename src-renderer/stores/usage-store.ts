import { createStore } from 'zustand/vanilla';
import type { Usage } from '../../src-shared/domain/usage.ts';
import type { Client } from '../bridge/client.ts';
import { toLocalDay } from '../format/local-time.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface UsageState {
  /** Of the last 30 days. */
  readonly usage: Loadable<Usage>;
  /** When each model was used last, by its id; what was not used within a year is not in it. */
  readonly lastUses: Loadable<ReadonlyMap<string, string>>;
  readonly load: () => Promise<void>;
  readonly loadLastUses: () => Promise<void>;
  readonly putLastUse: (modelId: string, lastUsedAt: string) => void;
}

const YEAR_MS = 365 * 86_400_000;

export function createUsageStore(call: Client) {
  return createStore<UsageState>()((set, get) => ({
    usage: LOADING,
    lastUses: LOADING,
    load: coalesced(async () => {
      set({ usage: reloaded(get().usage, await call('analytics.get', {})) });
    }),
    loadLastUses: coalesced(async () => {
      const answer = await call('analytics.get', { from: toLocalDay(Date.now() - YEAR_MS) });
      const lastUses = answer.ok ? { ok: true as const, value: lastUsesIn(answer.value) } : answer;
      set({ lastUses: reloaded(get().lastUses, lastUses) });
    }),
    putLastUse: (modelId, lastUsedAt) =>
      set(({ lastUses }) => {
        if (lastUses.status !== 'ready') return {};
        const known = lastUses.value.get(modelId) ?? '';
        // Uses may be told of late, and out of order.
        if (known >= lastUsedAt) return {};
        const value = new Map(lastUses.value).set(modelId, lastUsedAt);
        return { lastUses: { status: 'ready', value } };
      }),
  }));
}

const lastUsesIn = ({ items }: Usage): ReadonlyMap<string, string> =>
  new Map(items.map(({ modelId, lastUsedAt }) => [modelId, lastUsedAt]));
