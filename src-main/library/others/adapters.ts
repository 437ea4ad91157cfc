/** One adapter for each program. @see docs/development.md */
import type { App } from '../../../src-shared/domain/inventory.ts';
import { scanComfyUi } from './comfyui.ts';
import { scanFolder } from './folder.ts';
import type { Adapter } from './found.ts';
import { scanHfCache } from './hf-cache.ts';
import { scanOllama } from './ollama.ts';

export const ADAPTERS: Readonly<Record<App, Adapter>> = {
  huggingface: scanHfCache,
  ollama: scanOllama,
  'lm-studio': scanFolder,
  comfyui: scanComfyUi,
  jan: scanFolder,
  gpt4all: scanFolder,
  folder: scanFolder,
};
