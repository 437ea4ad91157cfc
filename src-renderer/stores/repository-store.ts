import { createStore } from 'zustand/vanilla';
import type { Repository } from '../../src-shared/domain/hub.ts';
import type { ErrorReport } from '../../src-shared/errors.ts';
import type { Client } from '../bridge/client.ts';
import { LOADING, type Loadable, toLoadable } from './loadable.ts';

export interface RepositoryState {
  /** What was asked for, as typed; empty before anything was. */
  readonly reference: string;
  readonly repository: Loadable<Repository>;
  readonly open: (reference: string) => Promise<void>;
  /** Looks again, e.g. after a token was added. */
  readonly reload: () => Promise<void>;
  /** Shows why a reference cannot even be asked for. */
  readonly refuse: (reference: string, error: ErrorReport) => void;
}

export function createRepositoryStore(call: Client) {
  return createStore<RepositoryState>()((set, get) => {
    let asked = 0;
    return {
      reference: '',
      repository: LOADING,
      open: async (reference) => {
        const question = ++asked;
        set({ reference, repository: LOADING });
        const answer = await call('hub.repository', { ref: reference });
        if (question === asked) set({ repository: toLoadable(answer) });
      },
      reload: () => get().open(get().reference),
      refuse: (reference, error) => {
        asked += 1;
        set({ reference, repository: { status: 'failed', error } });
      },
    };
  });
}
