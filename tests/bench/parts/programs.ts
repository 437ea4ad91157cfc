/** The other programs that a bench sets beside Larder; a row is left out, and said to be, without its program. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Client } from './measure.ts';

const VERSION_ARGUMENT: Readonly<Record<string, string>> = { nginx: '-v', openssl: 'version' };
const known = new Map<string, boolean>();

export function hasProgram(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  let isThere = true;
  try {
    execFileSync(name, [VERSION_ARGUMENT[name] ?? '--version'], { stdio: 'ignore' });
  } catch {
    isThere = false;
  }
  known.set(name, isThere);
  return isThere;
}

/** These rows if the program is there. */
export function rowsOf(
  program: string,
  rows: Readonly<Record<string, Client>>,
): Readonly<Record<string, Client>> {
  if (hasProgram(program)) return rows;
  console.info(`skipped, as there is no ${program}: ${Object.keys(rows).join(', ')}`);
  return {};
}

export const curl = (url: string, file: string, more: readonly string[] = []) => [
  'curl',
  '-s',
  '-f',
  ...more,
  '-o',
  file,
  url,
];

export const aria2 = (
  url: string,
  file: string,
  { connections, more = [] }: { connections: number; more?: readonly string[] },
) => [
  'aria2c',
  '-q',
  '-k1M',
  `-x${connections}`,
  `-s${connections}`,
  ...more,
  '-d',
  path.dirname(file),
  '-o',
  path.basename(file),
  url,
];
