/** Models that were found on this computer, of which nobody knows where they came from. */
import { AppError } from '../../src-shared/errors.ts';
import type { ModelSource } from '../engines/ports.ts';

/** @throws AppError `ORIGIN_UNKNOWN` whatever is asked */
export function createLocalSource(): ModelSource {
  const refuse = (name: string) => new AppError('ORIGIN_UNKNOWN', { name });
  return {
    search: async () => {
      throw new AppError('SEARCH_UNSUPPORTED', { source: 'local' });
    },
    inspect: async ({ repository }) => {
      throw refuse(repository);
    },
    routes: (_origin, { path }) => [
      {
        name: 'nowhere',
        locate: async () => {
          throw refuse(path);
        },
      },
    ],
    pageUrl: ({ repository }) => {
      throw refuse(repository);
    },
  };
}
