import { createStore } from 'zustand/vanilla';
import type { SearchHit } from '../../src-shared/domain/hub.ts';
import type { ErrorReport } from '../../src-shared/errors.ts';
import type { Client } from '../bridge/client.ts';
import { LOADING, type Loadable, toLoadable } from './loadable.ts';

export interface SearchQuery {
  readonly words: string;
  /** A pipeline tag of the hub; `null` means any. */
  readonly task: string | null;
  readonly fits: boolean;
}

interface SearchPage {
  readonly items: readonly SearchHit[];
  readonly nextCursor?: string | undefined;
}

export interface SearchState {
  readonly query: SearchQuery;
  /** `null` until something was asked for. */
  readonly page: Loadable<SearchPage> | null;
  readonly more: 'idle' | 'loading' | ErrorReport;
  /** Asks anew, with the query changed in part. */
  readonly search: (change: Partial<SearchQuery>) => Promise<void>;
  readonly showMore: () => Promise<void>;
}

export function createSearchStore(call: Client) {
  return createStore<SearchState>()((set, get) => {
    /** The latest question; answers to earlier ones are dropped. */
    let asked = 0;
    return {
      query: { words: '', task: null, fits: false },
      page: null,
      more: 'idle',
      search: async (change) => {
        const query = { ...get().query, ...change };
        const question = ++asked;
        set({ query, page: LOADING, more: 'idle' });
        const answer = await call('hub.search', toInput(query));
        if (question === asked) set({ page: toLoadable(answer) });
      },
      showMore: async () => {
        const { page, query, more } = get();
        if (page?.status !== 'ready' || !page.value.nextCursor || more === 'loading') return;
        const question = asked;
        set({ more: 'loading' });
        const answer = await call('hub.search', {
          ...toInput(query),
          cursor: page.value.nextCursor,
        });
        if (question !== asked) return;
        if (!answer.ok) set({ more: answer.error });
        else
          set({ more: 'idle', page: { status: 'ready', value: joined(page.value, answer.value) } });
      },
    };
  });
}

function toInput({ words, task, fits }: SearchQuery) {
  return { q: words.slice(0, 500), fits, ...(task && { task }) };
}

/** Pages may overlap when the hub's ranking moves between two questions. */
function joined(before: SearchPage, next: SearchPage): SearchPage {
  const known = new Set(before.items.map(({ ref }) => ref));
  const items = [...before.items, ...next.items.filter(({ ref }) => !known.has(ref))];
  return { items, nextCursor: next.nextCursor };
}
