/** What was typed at start. Unknown switches are Chromium's or nobody's, and are left alone. */
import path from 'node:path';

export interface CommandLine {
  readonly userDataDir: string | undefined;
  readonly library: string | undefined;
  /** Engines only: no window, no tray. */
  readonly headless: boolean;
  readonly api: boolean;
  readonly apiPort: number | undefined;
  /** Start without showing the window. */
  readonly hidden: boolean;
  /** One sentence per argument that could not be read. */
  readonly problems: readonly string[];
}

/** @param args what follows the program, without the application folder; relative paths start at `cwd` */
export function parseCommandLine(args: readonly string[], cwd: string): CommandLine {
  const switches = new Map<string, string>();
  for (const argument of args) {
    const [, name, value] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name) switches.set(name, value ?? '');
  }
  const problems: string[] = [];
  const folder = (name: string) => readFolder(switches, name, cwd, problems);
  const apiPort = readPort(switches.get('api-port'), problems);
  return {
    userDataDir: folder('user-data-dir'),
    library: folder('library'),
    headless: switches.has('headless'),
    api: switches.has('api') || apiPort !== undefined,
    apiPort,
    hidden: switches.has('hidden'),
    problems,
  };
}

function readFolder(
  switches: ReadonlyMap<string, string>,
  name: string,
  cwd: string,
  problems: string[],
): string | undefined {
  const value = switches.get(name);
  if (value === undefined) return undefined;
  if (value !== '' && !value.includes('\0')) return path.resolve(cwd, value);
  problems.push(`--${name} needs a folder, as in --${name}=/path/to/folder.`);
  return undefined;
}

function readPort(value: string | undefined, problems: string[]): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  problems.push(`--api-port needs a port from 0 to 65535, not “${value}”.`);
  return undefined;
}
