import { createStore } from 'zustand/vanilla';
import type { Download } from '../../src-shared/domain/download.ts';
import type { Client } from '../bridge/client.ts';
import { NO_SPEEDS, type SpeedHistory, withSpeeds } from '../format/speed-history.ts';
import { LOADING, type Loadable, loadedValue, reloaded } from './loadable.ts';

export interface DownloadsState {
  /** In queue order, finished ones included until dismissed. */
  readonly downloads: Loadable<readonly Download[]>;
  /** What the downloads reported in the last minute. */
  readonly speeds: SpeedHistory;
  readonly load: () => Promise<void>;
  /** @param at when it was so, in milliseconds since the epoch */
  readonly put: (downloadId: string, download: Download | null, at: number) => void;
}

export function createDownloadsStore(call: Client) {
  return createStore<DownloadsState>()((set, get) => ({
    downloads: LOADING,
    speeds: NO_SPEEDS,
    load: async () => {
      if (get().downloads.status === 'failed') set({ downloads: LOADING });
      const answer = await call('downloads.list', {});
      const items = answer.ok ? { ok: true as const, value: inOrder(answer.value.items) } : answer;
      set({ downloads: reloaded(get().downloads, items) });
    },
    put: (downloadId, download, at) =>
      set(({ downloads, speeds }) => {
        if (downloads.status !== 'ready') return {};
        const others = downloads.value.filter(({ id }) => id !== downloadId);
        const value = download ? inOrder([...others, download]) : others;
        return {
          downloads: { status: 'ready', value },
          speeds: withSpeeds(speeds, value, { heardOf: downloadId, at }),
        };
      }),
  }));
}

function inOrder(downloads: readonly Download[]): readonly Download[] {
  return downloads.toSorted(
    (a, b) =>
      Number(isDone(a)) - Number(isDone(b)) || a.position - b.position || compare(a.id, b.id),
  );
}

const isDone = (download: Download) => download.state.kind === 'done';
const compare = (a: string, b: string) => (a < b ? -1 : 1);

/** The downloads that are not finished. */
export function openDownloads(state: DownloadsState): readonly Download[] {
  return (loadedValue(state.downloads) ?? []).filter((download) => !isDone(download));
}

/** The same by model, which has one at a time. */
export function openByModel(downloads: readonly Download[]): ReadonlyMap<string, Download> {
  return new Map(
    downloads
      .filter((download) => !isDone(download))
      .map((download) => [download.modelId, download]),
  );
}
