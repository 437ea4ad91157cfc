/** A model of the library as a runtime sees it: real files, and the status they would have. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { RunnableModel } from '../../../src-main/engines/generation/ports.ts';
import { startNodeProcess } from '../../../src-main/platform/node-process.ts';
import { workerUrl } from '../../../src-main/platform/worker-url.ts';
import {
  createLlamaRuntime,
  type LlamaSettings,
} from '../../../src-main/runtimes/llama/llama-runtime.ts';
import type { RuntimeProcess } from '../../../src-main/runtimes/process.ts';
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { createForwardClock } from '../../support/forward-clock.ts';
import { createTinyGguf, type TinyGgufOptions } from '../../support/tiny-gguf.ts';

const GB = 10 ** 9;
export const PROMPT = { messages: [{ role: 'user' as const, content: 'hello' }], temperature: 0 };

const DEFAULTS: LlamaSettings = {
  gpu: 'off',
  contextTokens: 512,
  unloadAfterMs: 60_000,
  atOnce: 2,
};

export async function llamaRig(settings: Partial<LlamaSettings> = {}) {
  const folder = await temporaryFolder();
  const clock = createForwardClock();
  const processes: RuntimeProcess[] = [];
  const memory = { freeBytes: 20 * GB, totalBytes: 32 * GB };
  const runtime = createLlamaRuntime({
    clock,
    startProcess: (file) => {
      const started = startNodeProcess(file);
      processes.push(started);
      return started;
    },
    workerUrl: workerUrl('llama-worker'),
    placeOf: (modelId, file) => path.join(folder, `${modelId.replaceAll(/\W/g, '-')}-${file}`),
    settings: () => ({ ...DEFAULTS, ...settings }),
    memory: () => memory,
    graphicsBytes: () => 0,
    changed: () => {},
  });
  onTestFinished(() => runtime.close());

  /** A model of this name whose only file has these bytes. */
  async function add(name: string, bytes: Buffer): Promise<RunnableModel> {
    const id = `hf:maker/${name}`;
    await writeFile(path.join(folder, `${id.replaceAll(/\W/g, '-')}-model.gguf`), bytes);
    return { kind: 'library', id, status: statusOf(id, name, bytes.length) };
  }

  return {
    clock,
    memory,
    processes,
    runtime,
    add,
    addTiny: (name = 'tiny', options: TinyGgufOptions = {}) => add(name, createTinyGguf(options)),
  };
}

function statusOf(id: string, name: string, sizeBytes: number): ModelStatus {
  return {
    id,
    name,
    sizeBytes,
    availability: 'available',
    files: [
      {
        path: 'model.gguf',
        sizeBytes,
        state: 'present',
        role: 'weights',
        downloadedBytes: sizeBytes,
      },
    ],
  } as unknown as ModelStatus;
}
