/** A home with many models, and the whole program over it, in this process. */
import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseCommandLine } from '../../../src-main/app/command-line.ts';
import { compose, type Larder } from '../../../src-main/app/compose.ts';
import { manifestFileName } from '../../../src-main/library/names.ts';
import { GOOD_SENSORS } from '../../../src-main/platform/conditions.ts';
import { createLog } from '../../../src-main/platform/log.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../../src-shared/contract/operations.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';

const FILES_EACH = 6;
const FILE_BYTES = 64;
const PROVEN = new Date(Date.now() - 86_400_000);
const AT = PROVEN.toISOString();

/** A library of installed models with six small files each. */
export function makeLibrary(home: string, models: number): void {
  const library = path.join(home, 'library');
  const manifests = path.join(library, '.larder', 'manifests');
  mkdirSync(manifests, { recursive: true });
  for (let index = 0; index < models; index += 1) {
    const manifest = manifestOf(index);
    const folder = path.join(library, manifest.folder);
    mkdirSync(folder, { recursive: true });
    for (const { localPath } of manifest.files) {
      const place = path.join(folder, localPath);
      writeFileSync(place, bytesOf(index, localPath));
      // As they were when they were proven.
      utimesSync(place, PROVEN, PROVEN);
    }
    writeFileSync(path.join(manifests, manifestFileName(manifest.id)), JSON.stringify(manifest));
  }
}

const bytesOf = (index: number, name: string) => Buffer.alloc(FILE_BYTES, `${index} ${name} `);

export const modelIdOf = (index: number) => `hf:maker${index % 100}/model-${index}`;

function manifestOf(index: number): Manifest {
  const id = modelIdOf(index);
  const repository = id.slice(3);
  return {
    version: 1,
    id,
    ref: id,
    name: `model-${index}`,
    origin: {
      source: 'hf',
      endpoint: 'http://127.0.0.1:9',
      repository,
      requestedRevision: 'main',
      revision: 'a'.repeat(40),
    },
    folder: repository,
    keep: false,
    task: 'text-generation',
    trackedAt: AT,
    installedAt: AT,
    files: Array.from({ length: FILES_EACH }, (_, file) => {
      const name = `part-${file}.bin`;
      const digest = createHash('sha256').update(bytesOf(index, name)).digest('hex');
      return {
        path: name,
        localPath: name,
        sizeBytes: FILE_BYTES,
        sha256: digest,
        verifiedSha256: digest,
        provenAt: AT,
      };
    }),
  };
}

export interface Home {
  readonly larder: Larder;
  readonly value: <N extends OperationName>(
    name: N,
    input: OperationInput<N>,
  ) => Promise<OperationOutput<N>>;
  readonly stop: () => Promise<void>;
}

/** The composition as the application makes it. @param environment of the process, e.g. HOME */
export async function openHome(home: string): Promise<Home> {
  mkdirSync(home, { recursive: true });
  // Keeps the electron package, which electron-store loads, from looking for its binary.
  process.env.ELECTRON_OVERRIDE_DIST_PATH ??= home;
  const { openElectronSettingsFile } = await import(
    '../../../src-main/platform/electron-settings-file.ts'
  );
  const nothing = async () => {};
  const larder = await compose({
    version: '0.0.0',
    electron: null,
    userDataFolder: home,
    commandLine: parseCommandLine([`--user-data-dir=${home}`], home),
    environment: { HF_ENDPOINT: 'http://127.0.0.1:9' },
    openSettingsFile: (onDamage) => openElectronSettingsFile({ folder: home, onDamage }),
    cipher: {
      kind: async () => 'plain-text',
      encrypt: async (text) => text,
      decrypt: async (text) => text,
    },
    desktop: {
      openFolder: nothing,
      revealItem: nothing,
      openPage: nothing,
      moveToTrash: nothing,
      chooseFolder: async () => null,
    },
    machine: { sensors: GOOD_SENSORS, keepAwake: () => {}, idleMs: () => 0 },
    homeFolder: home,
    log: createLog({ folder: path.join(home, 'logs'), now: () => Date.now() }),
  });
  await larder.start();
  const value = async <N extends OperationName>(name: N, input: OperationInput<N>) => {
    const answer = await larder.dispatch.call(name, input);
    if (answer.ok) return answer.value as OperationOutput<N>;
    throw new Error(`${name}: ${answer.error.detail}`);
  };
  return { larder, value, stop: larder.stop };
}
