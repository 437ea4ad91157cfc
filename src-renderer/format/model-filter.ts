/**
 * The filter of the library. Terms are separated by spaces, and all have to hold; a `-` in front turns one
 * around, quotes hold words together.
 *
 * | term                       | holds for models                                                    |
 * |----------------------------|---------------------------------------------------------------------|
 * | `tiny`, `"tiny chat"`      | with this text in their name, variant, repository or task           |
 * | `size>5GB`, `size <= 1 GB` | of that size, whether all of it is here or not                      |
 * | `unused>30d`               | last used longer ago, or never used and installed longer ago        |
 * | `status:damaged,partial`   | in one of these states, of the disk, the download or the last check |
 * | `source:ollama`            | of that source                                                      |
 * | `from:jan`                 | whose files are those of that program                               |
 * | `task:chat`                | made for that, by the hub's name of it or in words                  |
 * | `tag:trial`                | with this tag of their owner                                        |
 * | `kept`                     | that are never proposed for clean-up                                |
 *
 * Pure; takes any text. What is not understood is said, and filters nothing.
 */
import { APP_NAMES, appSchema } from '../../src-shared/domain/inventory.ts';
import type { LibraryRow } from './library-row.ts';
import { type Criterion, parseTerm, type Sign, UNITS } from './parse-filter-term.ts';
import { taskWords } from './words.ts';

interface FilterTerm {
  readonly criterion: Criterion;
  readonly isNegated: boolean;
}

export interface ModelFilter {
  readonly terms: readonly FilterTerm[];
  /** One sentence for each term that is not understood. */
  readonly problems: readonly string[];
}

/** A comparison with its blanks, or else all up to the next blank that is not in quotes. */
const TOKEN = new RegExp(
  String.raw`-?(?:size|unused)\s*[<>]=?\s*[\d.,]+\s*(?:${UNITS.join('|')})(?=\s|$)|(?:[^\s"]|"[^"]*"?)+`,
  'gi',
);

export function parseModelFilter(text: string): ModelFilter {
  const terms: FilterTerm[] = [];
  const problems: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const isNegated = token.startsWith('-') && token.length > 1;
    const parsed = parseTerm(isNegated ? token.slice(1) : token);
    if (parsed === null) continue;
    if ('problem' in parsed) problems.push(parsed.problem);
    else terms.push({ criterion: parsed.criterion, isNegated });
  }
  return { terms, problems };
}

/** Whether all terms hold. @param now in milliseconds since the epoch */
export function matchesFilter({ terms }: ModelFilter, row: LibraryRow, now: number): boolean {
  return terms.every(({ criterion, isNegated }) => holds(criterion, row, now) !== isNegated);
}

function holds(criterion: Criterion, row: LibraryRow, now: number): boolean {
  const { model } = row;
  switch (criterion.kind) {
    case 'words':
      return textOf(row).includes(criterion.text);
    case 'size':
      return compare(model.sizeBytes, criterion.sign, criterion.bytes);
    case 'unused': {
      const since = idleSince(row);
      return since !== null && compare(now - since, criterion.sign, criterion.ms);
    }
    case 'status': {
      const words = statusWordsOf(row);
      return criterion.anyOf.some((word) => words.has(word));
    }
    case 'source':
      return criterion.anyOf.some((source) => source === model.source);
    case 'from': {
      const program = model.adopted && programOf(model.adopted.app);
      return criterion.anyOf.some((name) => program?.includes(plain(name)));
    }
    case 'task': {
      const task = taskTextOf(row);
      return criterion.anyOf.some((name) => task.includes(name));
    }
    case 'tag':
      return criterion.anyOf.some((name) => model.tags.some((tag) => tag.toLowerCase() === name));
    case 'kept':
      return model.keep;
  }
}

function compare(amount: number, sign: Sign, limit: number): boolean {
  switch (sign) {
    case '>':
      return amount > limit;
    case '<':
      return amount < limit;
    case '>=':
      return amount >= limit;
    case '<=':
      return amount <= limit;
  }
}

/** The id has the repository and the variant, and finds a reference that is pasted. */
const textOf = (row: LibraryRow) =>
  `${row.model.name} ${row.model.variant ?? ''}\n${row.model.id}\n${taskTextOf(row)}`.toLowerCase();

const taskTextOf = ({ model: { task } }: LibraryRow) =>
  task === undefined ? '' : `${task}\n${taskWords(task)}`.toLowerCase();

/** Since when nobody used it; `null` for what is not installed, and while that is not known. */
function idleSince({ model, lastUsedAt }: LibraryRow): number | null {
  if (lastUsedAt === undefined || model.installedAt === undefined) return null;
  return Date.parse(lastUsedAt ?? model.installedAt);
}

function statusWordsOf({ model, health }: LibraryRow): ReadonlySet<string> {
  const words = new Set<string>([model.availability, model.activity]);
  if (health) words.add(health.verdict);
  if (model.availability === 'available') words.add('ready');
  if (model.availability === 'corrupted') words.add('damaged');
  if (model.activity === 'waiting-retry') words.add('waiting');
  return words;
}

/** `lmstudio` for what people write as `LM Studio`, `lm-studio` and so on. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_-]/g, '');

function programOf(app: string): string {
  const known = appSchema.safeParse(app);
  return plain(known.success ? `${app}\n${APP_NAMES[known.data]}` : app);
}
