import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, type Llama, LlamaCompletion } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoRepositories } from '../../hub/demo-repositories.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import { askThrough } from './hub-fixture.ts';

let hub: Hub;
let llama: Llama;
let folder: string;

beforeAll(async () => {
  hub = await startHub({ repositories: createDemoRepositories() });
  llama = await getLlama({ gpu: false, build: 'never' });
  folder = await mkdtemp(join(tmpdir(), 'larder-llama-'));
});
afterAll(async () => {
  await llama.dispose();
  await hub.close();
  await rm(folder, { recursive: true });
});

async function fetchModel(id: string, path: string): Promise<string> {
  const { body } = await askThrough(`${hub.url}/${id}/resolve/main/${path}`);
  const target = join(folder, path.slice(path.lastIndexOf('/') + 1));
  await writeFile(target, body);
  return target;
}

/** Greedy, so that the answer is always the same. */
async function continueText(modelPath: string, prompt: string): Promise<string> {
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize: 128, threads: 1 });
  const completion = new LlamaCompletion({ contextSequence: context.getSequence() });
  const answer = await completion.generateCompletion(prompt, { maxTokens: 12, temperature: 0 });
  await model.dispose();
  return answer.trim();
}

describe('llama.cpp', () => {
  it.each(['F32', 'F16', 'Q8_0'])('answers from the %s file the hub served', async (variant) => {
    const path = await fetchModel('larder-demo/tiny-words-GGUF', `tiny-words-${variant}.gguf`);
    expect(await continueText(path, 'tests like')).toBe('answers that never change');
  });

  it('answers from a model in three parts', async () => {
    const parts = [1, 2, 3].map((part) => `F32/tiny-words-F32-0000${part}-of-00003.gguf`);
    const paths = await Promise.all(
      parts.map((part) => fetchModel('larder-demo/tiny-words-split-GGUF', part)),
    );
    expect(await continueText(paths[0] ?? '', 'tests like')).toBe('answers that never change');
  });
});
