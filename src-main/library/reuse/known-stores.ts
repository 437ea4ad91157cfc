/** Where other tools keep their models. Larder only ever reads there. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A folder of another tool, laid out the way that tool does. */
export interface Store {
  readonly kind: 'hf-cache' | 'ollama' | 'lm-studio';
  /** Absolute. */
  readonly folder: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Every place the tools' own rules lead to, whether or not anything is there.
 * @param home absolute
 * @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 * @see https://github.com/ollama/ollama/blob/main/docs/faq.mdx
 */
export function knownStores(
  environment: Environment,
  home: string,
  platform: NodeJS.Platform,
): Store[] {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const variable = (name: string) => folderOf(environment[name], home, paths);
  const ollama = [
    variable('OLLAMA_MODELS'),
    paths.join(home, '.ollama', 'models'),
    platform === 'linux' && '/usr/share/ollama/.ollama/models',
  ];
  const lmStudio = [
    paths.join(home, '.lmstudio', 'models'),
    paths.join(home, '.cache', 'lm-studio', 'models'),
  ];
  const all: Store[] = [
    { kind: 'hf-cache', folder: hfCache(variable, home, paths) },
    ...ollama.flatMap((folder) => (folder ? [{ kind: 'ollama' as const, folder }] : [])),
    ...lmStudio.map((folder) => ({ kind: 'lm-studio' as const, folder })),
  ];
  return withoutRepeats(all);
}

/** Those of {@link knownStores} that are there now, and where LM Studio says its home is. */
export async function findStores(
  environment: Environment,
  home: string,
  platform: NodeJS.Platform,
): Promise<Store[]> {
  const known = knownStores(environment, home, platform);
  const pointer = path.join(home, '.lmstudio-home-pointer');
  const pointed = (await readFile(pointer, 'utf8').catch(() => '')).trim();
  const all = path.isAbsolute(pointed)
    ? [...known, { kind: 'lm-studio' as const, folder: path.join(pointed, 'models') }]
    : known;
  const isThere = await Promise.all(withoutRepeats(all).map(({ folder }) => isFolder(folder)));
  return withoutRepeats(all).filter((_, index) => isThere[index]);
}

/** The first that is set wins, and only that one is used. */
function hfCache(
  variable: (name: string) => string | undefined,
  home: string,
  paths: path.PlatformPath,
): string {
  const cache = variable('HF_HUB_CACHE');
  if (cache) return cache;
  const hfHome = variable('HF_HOME');
  if (hfHome) return paths.join(hfHome, 'hub');
  return paths.join(variable('XDG_CACHE_HOME') ?? paths.join(home, '.cache'), 'huggingface', 'hub');
}

/** What a variable means as a folder; a relative one would depend on where a tool was started. */
function folderOf(
  value: string | undefined,
  home: string,
  paths: path.PlatformPath,
): string | undefined {
  if (!value) return undefined;
  const expanded = /^~(?=$|[\\/])/.test(value) ? paths.join(home, value.slice(1)) : value;
  return paths.isAbsolute(expanded) ? paths.resolve(expanded) : undefined;
}

function withoutRepeats(stores: readonly Store[]): Store[] {
  const isFirst = ({ kind, folder }: Store, index: number) =>
    stores.findIndex((other) => other.kind === kind && other.folder === folder) === index;
  return stores.filter(isFirst);
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
