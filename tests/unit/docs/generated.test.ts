/** Documents that follow from the code say what the code says. `npm run docs:errors` writes them anew. */
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src-shared/errors.ts';
import { currentOrUpdated, withPart } from './doc-files.ts';
import { errorsPage } from './errors-page.ts';
import { operationsTable, settingsTable } from './tables.ts';

describe('generated documents', () => {
  it('describe every error as it is (docs/errors.md)', () => {
    const wanted = errorsPage();
    expect(currentOrUpdated('docs/errors.md', wanted)).toBe(wanted);
  });

  it('leave no error code out', () => {
    const headings = [...errorsPage().matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
    expect(headings.sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it('list every operation of the contract (docs/api.md)', () => {
    const wanted = withPart('docs/api.md', 'operations', operationsTable());
    expect(currentOrUpdated('docs/api.md', wanted)).toBe(wanted);
  });

  it('list every setting with its default (docs/user-guide.md)', () => {
    const wanted = withPart('docs/user-guide.md', 'settings', settingsTable());
    expect(currentOrUpdated('docs/user-guide.md', wanted)).toBe(wanted);
  });

  it('leave no default empty', () => {
    expect(settingsTable()).not.toMatch(/\| (``)? *\|/);
    expect(settingsTable()).toContain('| `downloads.schedule` | none |');
  });
});
