import { formatReference, parseReference } from '../../src-shared/domain/reference.ts';
import { type ErrorReport, toErrorReport } from '../../src-shared/errors.ts';
import type { Stores } from './create-stores.ts';

/** Where the text of the search box leads. */
export type SearchRoute =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'reference'; readonly reference: string }
  | { readonly kind: 'words'; readonly words: string }
  /** Meant as a reference, but not one that can be followed. */
  | { readonly kind: 'refused'; readonly reference: string; readonly error: ErrorReport };

const MEANT_AS_REFERENCE = /^(?:hf|ollama|civitai|url|https?):\S*$/i;

export function routeOf(text: string): SearchRoute {
  const words = text.trim();
  if (words === '') return { kind: 'nothing' };
  try {
    return { kind: 'reference', reference: formatReference(parseReference(words)) };
  } catch (cause) {
    const error = toErrorReport(cause);
    const isWords = error.code === 'REFERENCE_MALFORMED' && !MEANT_AS_REFERENCE.test(words);
    return isWords ? { kind: 'words', words } : { kind: 'refused', reference: words, error };
  }
}

/** Follows the text: opens a repository, or searches for the words. */
export function followSearch(stores: Stores, text: string): void {
  const { showRepository, showSearch } = stores.navigation.getState();
  const route = routeOf(text);
  switch (route.kind) {
    case 'nothing':
      showSearch();
      if (stores.search.getState().query.words) void stores.search.getState().search({ words: '' });
      return;
    case 'words':
      showSearch();
      void stores.search.getState().search({ words: route.words });
      return;
    case 'refused':
      showRepository();
      stores.repository.getState().refuse(route.reference, route.error);
      return;
    case 'reference':
      showRepository();
      void stores.repository.getState().open(route.reference);
      return;
  }
}
