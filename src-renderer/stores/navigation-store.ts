import { createStore } from 'zustand/vanilla';

export type Screen = 'library' | 'discover' | 'downloads' | 'health' | 'settings';
export type LibrarySort = 'name' | 'size';

export interface NavigationState {
  readonly screen: Screen;
  /** Discover shows the results of a search, or one repository. */
  readonly discover: 'search' | 'repository';
  readonly librarySort: LibrarySort;
  /** The model whose details are open in the library. */
  readonly openModelId: string | null;
  /** Text of the search box in the header. */
  readonly searchText: string;
  /** Raised each time the search box should take the focus. */
  readonly searchFocus: number;
  readonly go: (screen: Screen) => void;
  readonly showSearch: () => void;
  readonly showRepository: () => void;
  readonly sortLibrary: (sort: LibrarySort) => void;
  readonly openModel: (modelId: string | null) => void;
  readonly setSearchText: (text: string) => void;
  /** Puts the focus into the search box, with this text in it when given. */
  readonly focusSearch: (text?: string) => void;
}

export function createNavigationStore() {
  return createStore<NavigationState>()((set) => ({
    screen: 'library',
    discover: 'search',
    librarySort: 'name',
    openModelId: null,
    searchText: '',
    searchFocus: 0,
    go: (screen) => set({ screen, openModelId: null }),
    showSearch: () => set({ screen: 'discover', discover: 'search' }),
    showRepository: () => set({ screen: 'discover', discover: 'repository' }),
    sortLibrary: (librarySort) => set({ librarySort }),
    openModel: (openModelId) => set({ openModelId }),
    setSearchText: (searchText) => set({ searchText }),
    focusSearch: (text) =>
      set(({ searchFocus, searchText }) => ({
        searchFocus: searchFocus + 1,
        searchText: text ?? searchText,
      })),
  }));
}
