/** Where other programs keep their models, by their own rules. Larder only ever reads there. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { App } from '../../../src-shared/domain/inventory.ts';
import type { Place } from '../../engines/inventory/ports.ts';
import { findStores, type Store } from '../reuse/known-stores.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const APP_OF: Readonly<Record<Store['kind'], App>> = {
  'hf-cache': 'huggingface',
  ollama: 'ollama',
  'lm-studio': 'lm-studio',
};

/** Those that are there now. @param home absolute */
export async function findPlaces(
  environment: Environment,
  home: string,
  platform: NodeJS.Platform,
): Promise<Place[]> {
  const stores = await findStores(environment, home, platform);
  const known = stores.map(({ kind, folder }): Place => ({ app: APP_OF[kind], folder }));
  const others = usualPlaces(environment, home, platform);
  const isThere = await Promise.all(others.map(({ folder }) => isFolder(folder)));
  return [...known, ...others.filter((_, index) => isThere[index])];
}

/**
 * @see https://www.jan.ai/docs/desktop/data-folder
 * @see https://github.com/nomic-ai/gpt4all/wiki
 */
function usualPlaces(environment: Environment, home: string, platform: NodeJS.Platform): Place[] {
  const inHome = (...names: string[]) => path.join(home, ...names);
  const roaming = environment.APPDATA ?? inHome('AppData', 'Roaming');
  const local = environment.LOCALAPPDATA ?? inHome('AppData', 'Local');
  const support = inHome('Library', 'Application Support');
  const share = environment.XDG_DATA_HOME ?? inHome('.local', 'share');
  const data = platform === 'win32' ? roaming : platform === 'darwin' ? support : share;
  const nomic = platform === 'win32' ? local : data;
  return [
    { app: 'comfyui', folder: inHome('ComfyUI', 'models') },
    { app: 'comfyui', folder: inHome('comfy', 'ComfyUI', 'models') },
    { app: 'comfyui', folder: inHome('Documents', 'ComfyUI', 'models') },
    { app: 'jan', folder: path.join(data, 'Jan', 'data', 'llamacpp', 'models') },
    { app: 'jan', folder: inHome('jan', 'models') },
    { app: 'gpt4all', folder: path.join(nomic, 'nomic.ai', 'GPT4All') },
  ];
}

const isFolder = (folder: string) =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
