/**
 * ComfyUI's models: one folder a kind (`checkpoints`, `loras`, `vae` …), each file a model, and further
 * folders named in `extra_model_paths.yaml`.
 * @see https://github.com/comfyanonymous/ComfyUI/blob/master/folder_paths.py
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { FoundRepository } from '../../engines/inventory/ports.ts';
import { scanFolder } from './folder.ts';

/** @param folder ComfyUI's own, or its `models` */
export async function* scanComfyUi(
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<FoundRepository> {
  const isModels = path.basename(folder) === 'models';
  yield* scanFolder(isModels ? folder : path.join(folder, 'models'), signal);
  const home = isModels ? path.dirname(folder) : folder;
  const extra = await readFile(path.join(home, 'extra_model_paths.yaml'), 'utf8').catch(() => '');
  for (const place of extraFolders(extra, home)) yield* scanFolder(place, signal);
}

const sectionSchema = z.record(z.string(), z.unknown());

/**
 * Folders named in `extra_model_paths.yaml`: sections with a `base_path`, kinds as keys, and one folder a
 * line as their value. What cannot be understood is left out.
 * @param home where relative paths begin
 */
export function extraFolders(yaml: string, home: string): string[] {
  const folders = new Set<string>();
  for (const section of Object.values(readYaml(yaml))) {
    const { success, data } = sectionSchema.safeParse(section);
    if (!success) continue;
    const base = typeof data.base_path === 'string' ? data.base_path : '';
    for (const [kind, value] of Object.entries(data)) {
      if (kind === 'base_path' || kind === 'is_default' || typeof value !== 'string') continue;
      const lines = value.split('\n').map((line) => line.trim());
      for (const line of lines.filter(Boolean)) folders.add(path.resolve(home, base, line));
    }
  }
  // A folder inside another would be gone through twice.
  const all = [...folders];
  return all.filter(
    (one) => !all.some((other) => one !== other && one.startsWith(`${other}${path.sep}`)),
  );
}

function readYaml(text: string): Record<string, unknown> {
  try {
    return sectionSchema.parse(parse(text) ?? {});
  } catch {
    return {};
  }
}
