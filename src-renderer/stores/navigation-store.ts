import { createStore } from 'zustand/vanilla';
import type { Verdict } from '../../src-shared/domain/health.ts';
import { type LibrarySort, nextSort, type SortColumn } from '../format/library-sort.ts';

export type Screen =
  | 'library'
  | 'try'
  | 'discover'
  | 'downloads'
  | 'requests'
  | 'health'
  | 'storage'
  | 'activity'
  | 'settings';

/** Parts of the view of requests. */
export type RequestsPart = 'requests' | 'programs' | 'missing';

export interface NavigationState {
  readonly screen: Screen;
  /** Discover shows the results of a search, or one repository. */
  readonly discover: 'search' | 'repository';
  readonly librarySort: LibrarySort;
  /** Text of the filter box of the library. */
  readonly libraryFilter: string;
  /** The model whose details are open in the library. */
  readonly openModelId: string | null;
  /** The health view shows only models of this verdict; `null` shows all. */
  readonly healthFilter: Verdict | null;
  /** The model that the health view was opened for; a new object each time. */
  readonly healthTarget: { readonly modelId: string } | null;
  readonly requestsPart: RequestsPart;
  /** Text of the search box in the header. */
  readonly searchText: string;
  /** Raised each time the search box should take the focus. */
  readonly searchFocus: number;
  readonly go: (screen: Screen) => void;
  readonly showSearch: () => void;
  readonly showRepository: () => void;
  /** By this column; the other way round when it is sorted by it already. */
  readonly sortLibrary: (by: SortColumn) => void;
  readonly filterLibrary: (text: string) => void;
  readonly openModel: (modelId: string | null) => void;
  readonly filterHealth: (verdict: Verdict | null) => void;
  /** Opens the health view at this model. */
  readonly showHealth: (modelId: string) => void;
  /** Opens a part of the view of requests. */
  readonly showRequests: (part: RequestsPart) => void;
  readonly setSearchText: (text: string) => void;
  /** Puts the focus into the search box, with this text in it when given. */
  readonly focusSearch: (text?: string) => void;
}

export function createNavigationStore() {
  return createStore<NavigationState>()((set) => ({
    screen: 'library',
    discover: 'search',
    librarySort: { by: 'name', order: 'ascending' },
    libraryFilter: '',
    openModelId: null,
    healthFilter: null,
    healthTarget: null,
    requestsPart: 'requests',
    searchText: '',
    searchFocus: 0,
    go: (screen) => set({ screen, openModelId: null, healthTarget: null }),
    showSearch: () => set({ screen: 'discover', discover: 'search' }),
    showRepository: () => set({ screen: 'discover', discover: 'repository' }),
    sortLibrary: (by) => set(({ librarySort }) => ({ librarySort: nextSort(librarySort, by) })),
    filterLibrary: (libraryFilter) => set({ libraryFilter }),
    openModel: (openModelId) => set({ openModelId }),
    filterHealth: (healthFilter) => set({ healthFilter }),
    showHealth: (modelId) =>
      set({ screen: 'health', openModelId: null, healthFilter: null, healthTarget: { modelId } }),
    showRequests: (requestsPart) =>
      set({ screen: 'requests', requestsPart, openModelId: null, healthTarget: null }),
    setSearchText: (searchText) => set({ searchText }),
    focusSearch: (text) =>
      set(({ searchFocus, searchText }) => ({
        searchFocus: searchFocus + 1,
        searchText: text ?? searchText,
      })),
  }));
}
