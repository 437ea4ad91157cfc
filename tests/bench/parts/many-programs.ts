/** Folders of other programs with many small files, laid out as those programs do. */
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILES_PER_FOLDER = 20;
const COMMIT = 'c'.repeat(40);

/** Half of the files in LM Studio's folder, a quarter each in the cache of Hugging Face and in ComfyUI's. */
export function makePrograms(home: string, fileCount: number): void {
  makeLmStudio(path.join(home, '.lmstudio', 'models'), fileCount / 2);
  makeHfCache(path.join(home, '.cache', 'huggingface', 'hub'), fileCount / 4);
  makeComfyUi(path.join(home, 'ComfyUI', 'models'), fileCount / 4);
}

function makeLmStudio(folder: string, count: number): void {
  inFolders(folder, count, (index) => `maker-${index % 50}/model-${index}-GGUF`, {
    nameOf: (index) => `model-${index}-Q4_K_M.gguf`,
  });
}

function makeComfyUi(folder: string, count: number): void {
  inFolders(folder, count, (index) => `loras/style-${index}`, {
    nameOf: (index) => `lora-${index}.safetensors`,
  });
}

function inFolders(
  folder: string,
  count: number,
  folderOf: (index: number) => string,
  { nameOf }: { readonly nameOf: (index: number) => string },
): void {
  for (let index = 0; index < count; index += 1) {
    const place = path.join(folder, folderOf(Math.floor(index / FILES_PER_FOLDER)));
    if (index % FILES_PER_FOLDER === 0) mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, nameOf(index)), `weights ${index}`);
  }
}

function makeHfCache(folder: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const model = path.join(folder, `models--maker--model-${Math.floor(index / FILES_PER_FOLDER)}`);
    const snapshot = path.join(model, 'snapshots', COMMIT);
    if (index % FILES_PER_FOLDER === 0) {
      for (const made of [snapshot, path.join(model, 'blobs'), path.join(model, 'refs')]) {
        mkdirSync(made, { recursive: true });
      }
      writeFileSync(path.join(model, 'refs', 'main'), COMMIT);
    }
    const text = `weights ${index}`;
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(path.join(model, 'blobs', digest), text);
    const name = `model-${String((index % FILES_PER_FOLDER) + 1).padStart(5, '0')}-of-00020`;
    symlinkSync(`../../blobs/${digest}`, path.join(snapshot, `${name}.safetensors`));
  }
}
