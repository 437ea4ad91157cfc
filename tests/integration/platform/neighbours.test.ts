import { expect, it } from 'vitest';
import { createHttpClient } from '../../../src-main/platform/http.ts';
import { comfyUiHistory, loadedInOllama } from '../../../src-main/platform/neighbours.ts';
import {
  historyEntry,
  SECRET,
  startComfyUi,
  startOllama,
} from '../../support/neighbour-programs.ts';
import { serve } from '../../support/small-server.ts';

const http = createHttpClient({ userAgent: 'larder/0' });
const AT = Date.UTC(2026, 0, 31);

it('R8.1 what Ollama holds is read, its digest and time among it', async () => {
  const ollama = await startOllama();
  const model = { name: 'tiny:1b', digest: 'd'.repeat(64), expiresAt: AT + 123 };
  ollama.hold(model);
  expect(await loadedInOllama(http, ollama.url)).toEqual([model]);
});

it('R8.1 of a run of ComfyUI its files, times and end are read, and nothing that was asked', async () => {
  const comfyUi = await startComfyUi();
  comfyUi.ran({ id: 'a', at: AT, lora: 'detail.safetensors' });
  comfyUi.ran({ id: 'b', at: AT, end: 'execution_interrupted' });
  comfyUi.ran({ id: 'c', at: AT, end: 'execution_error', checkpoint: 'gguf\\flux.gguf' });
  const runs = await comfyUiHistory(http, comfyUi.url, 64);
  expect(runs).toEqual([
    {
      id: 'a',
      files: ['sdxl.safetensors', 'detail.safetensors'],
      startedAt: AT,
      endedAt: AT + 8_000,
      outcome: 'success',
    },
    expect.objectContaining({ id: 'b', outcome: 'stopped' }),
    expect.objectContaining({
      id: 'c',
      files: ['gguf\\flux.gguf'],
      outcome: 'error',
      errorCode: 'torch.OutOfMemoryError',
    }),
  ]);
  expect(JSON.stringify(runs)).not.toContain(SECRET);
  expect((await comfyUiHistory(http, comfyUi.url, 1))?.map(({ id }) => id)).toEqual(['c']);
});

it('runs that are told in another way are passed over, the others are not', async () => {
  const comfyUi = await startComfyUi();
  const entry = historyEntry({ id: 'x', at: AT });
  comfyUi.add('no status', { ...entry, status: null });
  comfyUi.add('no times', {
    ...entry,
    status: { messages: [['execution_start', { prompt_id: 'x' }]] },
  });
  comfyUi.add('no graph', { ...entry, prompt: [0, 'x'] });
  comfyUi.add('odd', 7);
  comfyUi.ran({ id: 'good', at: AT });
  const runs = await comfyUiHistory(http, comfyUi.url, 64);
  expect(runs?.map(({ id }) => id)).toEqual(['good']);
});

it.each([
  ['nobody listens', null],
  ['a web page answers', { status: 200, type: 'text/html', body: '<!doctype html>' }],
  ['something else answers', { status: 200, type: 'application/json', body: '[1]' }],
  ['it is refused', { status: 403, type: 'application/json', body: '{"models":[]}' }],
  ['it fails', { status: 500, type: 'application/json', body: '{"models":[]}' }],
])('nothing is known, and nothing thrown, when %s', async (_what, answer) => {
  const url = answer
    ? await serve((_request, response) => {
        response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
      })
    : 'http://127.0.0.1:9';
  expect(await loadedInOllama(http, url)).toBeNull();
  expect(await comfyUiHistory(http, url, 1)).toBeNull();
});
