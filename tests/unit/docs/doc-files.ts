/** The documents under test: where they are, and the parts of them that are written by machine. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** `npm run docs:errors` sets this: documents are then written instead of compared. */
const UPDATING = process.env.UPDATE_DOCS === '1';

export const absolute = (path: string) => join(ROOT, path);
export const readDoc = (path: string) => readFileSync(absolute(path), 'utf8');

/** Every Markdown file at the top and below `docs`, with forward slashes. */
export function allDocs(): string[] {
  const below = readdirSync(absolute('docs'), { recursive: true })
    .map((name) => `docs/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md'));
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  return [...top, ...below].sort();
}

/** What the file holds now; while updating, after it was written anew. */
export function currentOrUpdated(path: string, wanted: string): string {
  if (UPDATING) writeFileSync(absolute(path), wanted);
  return readDoc(path);
}

/** The document with the part between its markers `<!-- name:begin -->` and `<!-- name:end -->` replaced. */
export function withPart(path: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest] = readDoc(path).split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${path} lacks ${begin}`);
  return `${before}${begin}\n\n${part}\n\n${end}${after}`;
}
