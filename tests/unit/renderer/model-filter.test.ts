import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LibraryRow } from '../../../src-renderer/format/library-row.ts';
import { matchesFilter, parseModelFilter } from '../../../src-renderer/format/model-filter.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { aHealth, aModel, GB } from './support/builders.ts';

const NOW = Date.parse('2026-03-01T00:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

const aRow = (model: Partial<Model> = {}, row: Partial<LibraryRow> = {}): LibraryRow => ({
  model: aModel({ keep: false, ...model }),
  health: aHealth(),
  lastUsedAt: null,
  ...row,
});

const finds = (text: string, row: LibraryRow) => matchesFilter(parseModelFilter(text), row, NOW);

const { installedAt: _at, task: _task, ...bare } = aModel();
const BARE: LibraryRow = { ...aRow(), model: bare };
const adopted = { app: 'lm-studio', way: 'linked' } as const;
const damaged = { health: aHealth({ verdict: 'damaged' }) };

describe('the filter of the library finds', () => {
  it.each<[text: string, row: LibraryRow]>([
    ['', aRow()],
    ['   ', aRow()],
    ['""', aRow()],
    ['tiny', aRow()],
    ['CHAT tiny', aRow()],
    ['"tiny chat"', aRow()],
    ['acme/tiny', aRow()],
    ['hf:acme/tiny-chat-GGUF:Q4_K_M', aRow()],
    ['q4_k', aRow()],
    ['writing', aRow()],
    ['llama3.2:3b', aRow({ id: 'ollama:library/llama3.2:3b' })],
    ['-large', aRow()],
    ['size>1.9GB', aRow()],
    ['size > 1,9 gb', aRow()],
    ['size>1900MB tiny', aRow()],
    ['size>=2GB', aRow()],
    ['size<=2GB', aRow()],
    ['size<2GiB', aRow()],
    ['-size<2GB', aRow()],
    ['size>5GB', aRow({ sizeBytes: 8 * GB, downloadedBytes: GB })],
    ['unused>30d', aRow({}, { lastUsedAt: daysAgo(31) })],
    ['unused > 4 weeks', aRow({}, { lastUsedAt: daysAgo(31) })],
    ['unused>30d', aRow({ installedAt: daysAgo(31) })],
    ['unused<30d', aRow({ installedAt: daysAgo(31) }, { lastUsedAt: daysAgo(2) })],
    ['-unused>30d', aRow({ installedAt: daysAgo(29) })],
    ['status:available', aRow()],
    ['status:ready', aRow()],
    ['status:healthy', aRow()],
    ['status:damaged', aRow({}, damaged)],
    ['status:damaged', aRow({ availability: 'corrupted' }, { health: undefined })],
    ['status:offline|missing', aRow({ availability: 'missing' })],
    ['status:partial,downloading', aRow({ activity: 'downloading' })],
    ['status:waiting', aRow({ activity: 'waiting-retry' })],
    ['source:hf', aRow()],
    ['source:huggingface', aRow()],
    ['-source:ollama,civitai', aRow()],
    ['source:web', aRow({ source: 'url' })],
    ['kept', aRow({ keep: true })],
    ['-kept', aRow()],
    ['from:lm-studio', aRow({ adopted })],
    ['from:LMStudio', aRow({ adopted })],
    ['from:"LM Studio"', aRow({ adopted })],
    ['-from:ollama', aRow({ adopted })],
    ['task:text-generation', aRow()],
    ['tag:trial', aRow({ tags: ['Trial'] })],
    ['task:"chat and"', aRow()],
    ['tiny size>1GB -kept status:ready', aRow()],
  ])('%s', (text, row) => {
    expect(parseModelFilter(text).problems).toEqual([]);
    expect(finds(text, row)).toBe(true);
  });
});

describe('the filter of the library leaves out', () => {
  it.each<[text: string, row: LibraryRow]>([
    ['large', aRow()],
    ['tiny large', aRow()],
    ['"chat tiny"', aRow()],
    ['-tiny', aRow()],
    ['"size>1GB"', aRow()],
    ['size>2GB', aRow()],
    ['size<2GB', aRow()],
    ['size>1900MB -tiny', aRow()],
    ['unused>30d', aRow({ installedAt: daysAgo(90) }, { lastUsedAt: daysAgo(29) })],
    ['unused>30d', aRow({ installedAt: daysAgo(29) })],
    ['unused>30d', BARE],
    ['unused>30d', aRow({ installedAt: daysAgo(90) }, { lastUsedAt: undefined })],
    ['status:damaged', aRow()],
    ['-status:available', aRow()],
    ['status:idle', aRow({ activity: 'downloading' })],
    ['source:ollama', aRow()],
    ['kept', aRow()],
    ['-kept', aRow({ keep: true })],
    ['"kept"', aRow({ keep: true })],
    ['from:ollama', aRow({ adopted })],
    ['from:ollama', aRow()],
    ['task:image', aRow()],
    ['tag:trial', aRow({ tags: ['other'] })],
    ['task:image', BARE],
  ])('%s', (text, row) => {
    expect(parseModelFilter(text).problems).toEqual([]);
    expect(finds(text, row)).toBe(false);
  });
});

describe('what the filter does not understand', () => {
  it.each([
    ['size>5XB', '“size>5XB” is not a size; write it like size>5GB.'],
    ['size>5', '“size>5” is not a size; write it like size>5GB.'],
    ['size>', '“size>” is not a size; write it like size>5GB.'],
    ['size:5GB', '“size:5GB” is not a size; write it like size>5GB.'],
    ['size>5 tiny', '“size>5” is not a size; write it like size>5GB.'],
    ['size>5constructor', '“size>5constructor” is not a size; write it like size>5GB.'],
    ['size>1.000.000MB', '“size>1.000.000MB” is not a size; write it like size>5GB.'],
    ['unused>30', '“unused>30” is not a time; write it like unused>30d.'],
    ['-unused>30GB', '“unused>30GB” is not a time; write it like unused>30d.'],
    ['status:', '“status:” is not a status; there are damaged, missing, downloading and others.'],
    [
      'status:tidy',
      '“status:tidy” is not a status; there are damaged, missing, downloading and others.',
    ],
    [
      'status:damaged|',
      '“status:damaged|” is not a status; there are damaged, missing, downloading and others.',
    ],
    ['source:moon', '“source:moon” is not a source; there are hf, ollama, civitai, url and local.'],
    ['from:', '“from:” names no program; write it like from:ollama.'],
    ['task>chat', '“task>chat” names no task; write it like task:chat.'],
    ['kept:yes', '“kept:yes” is not understood; write kept or -kept.'],
    ['sze>5GB', '“sze>5GB” is not understood; in quotes it is looked for as text.'],
    ['statsu:damaged', '“statsu:damaged” is not understood; write it like status:damaged.'],
    ['-', '“-” is not understood; in quotes it is looked for as text.'],
  ])('is said: %s', (text, sentence) => {
    expect(parseModelFilter(text).problems).toEqual([sentence]);
  });

  it('filters nothing, while the other terms do', () => {
    expect(finds('size>5XB', aRow())).toBe(true);
    expect(finds('size>5XB tiny', aRow())).toBe(true);
    expect(finds('size>5XB large', aRow())).toBe(false);
  });
});

describe('any text', () => {
  const PARTS = ['size', 'unused', 'status', 'source', 'kept', 'from', 'task', 'tiny', '5', '30'];
  const SIGNS = [
    '>',
    '<',
    '=',
    ':',
    '-',
    '"',
    '|',
    ',',
    ' ',
    '.',
    'GB',
    'd',
    'damaged',
    'hf',
    '__proto__',
  ];
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...PARTS, ...SIGNS), { maxLength: 12 }).map((parts) => parts.join('')),
  );

  it('is a filter, and what is wrong with it are sentences', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const filter = parseModelFilter(text);
        for (const problem of filter.problems) expect(problem).toMatch(/^“.+” .+\.$/s);
        expect(typeof matchesFilter(filter, aRow(), NOW)).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds the same whatever the order of its terms', () => {
    const term = fc.constantFrom('tiny', '-kept', 'size>3GB', 'status:ready', 'large', 'size>x');
    fc.assert(
      fc.property(fc.array(term), (terms) => {
        const found = finds(terms.join(' '), aRow());
        expect(finds(terms.toReversed().join(' '), aRow())).toBe(found);
        expect(found).toBe(terms.every((one) => finds(one, aRow())));
      }),
    );
  });

  it('turned around by a minus finds what it left out', () => {
    const term = fc.constantFrom('tiny', 'kept', 'size>3GB', 'status:ready', '"a b"', 'from:jan');
    fc.assert(
      fc.property(term, fc.boolean(), (text, keep) => {
        const row = aRow({ keep });
        expect(finds(`-${text}`, row)).toBe(!finds(text, row));
      }),
    );
  });
});
