import { useSlice } from '../../stores/stores-context.ts';
import { RepositoryView } from './repository-view.tsx';
import { SearchView } from './search-view.tsx';

/** Finds models on the hub: a list of hits, or one repository. */
export function DiscoverView() {
  const mode = useSlice('navigation', (state) => state.discover);
  return mode === 'repository' ? <RepositoryView /> : <SearchView />;
}
