/** The disk, what could go, and the models of other programs, in the real window. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { put, putInHfCache, putInOllama } from '../integration/library/others/other-stores.ts';
import { createTinyGguf } from '../support/tiny-gguf.ts';
import { modelsOf, openView, pictures, sha256Of, test, track } from './larder-app.ts';

const FIRST = 'hf:larder-demo/tiny-words-GGUF';

test('S9: a model of Ollama is used in place, from the same bytes, and let go of again', async ({
  bench,
}) => {
  const ollama = path.join(bench.home, '.ollama/models');
  const blob = await putInOllama(ollama, {
    name: 'library/tiny-chat',
    weights: createTinyGguf({ seed: 2 }),
  });
  await putInHfCache(path.join(bench.home, '.cache/huggingface/hub'));
  const twin = Buffer.alloc(3 * 2 ** 20, 9);
  await put(path.join(bench.home, 'ComfyUI/models/vae/wan_2.1_vae.safetensors'), twin);
  await put(path.join(bench.home, '.lmstudio/models/maker/wan/wan_2.1_vae.safetensors'), twin);
  const before = await sha256Of(blob);
  const { page } = await bench.launch();
  await openView(page, 'Storage');
  const place = page.getByRole('region', { name: /^Ollama/ });
  await expect(place).toContainText('tiny-chat:1b');
  await expect(page.getByRole('region', { name: 'Here more than once' })).toContainText(
    '2 times 3.15 MB',
  );
  await pictures(page, '70-storage');

  await place.getByRole('button', { name: 'Use tiny-chat:1b in place' }).click();
  await expect(page.getByText('it takes no further room')).toBeVisible();
  const [model] = await modelsOf(page);
  expect(model).toMatchObject({ id: 'ollama:library/tiny-chat:1b', availability: 'available' });
  const here = await stat(path.join(model?.folder ?? '', 'tiny-chat-1b.gguf'));
  if (model?.adopted?.way === 'linked') expect(here.ino).toBe((await stat(blob)).ino);
  await openView(page, 'Library');
  await expect(page.getByRole('row', { name: /tiny-chat/ })).toContainText(/Ready to use/);
  await pictures(page, '71-library-adopted');

  const answer = await page.evaluate(() =>
    window.larder['import.undo']({ modelId: 'ollama:library/tiny-chat:1b' }),
  );
  expect(answer.ok).toBe(true);
  expect(await modelsOf(page)).toEqual([]);
  expect(await sha256Of(blob)).toBe(before);
});

test('R3.4: room is made by what is proposed, after it was asked, and what is kept stays', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await track(page, FIRST);
  await openView(page, 'Downloads');
  await expect(page.getByText('every file verified')).toBeVisible({ timeout: 60_000 });
  await openView(page, 'Storage');
  const room = page.getByRole('region', { name: 'Make room' });
  await room.getByRole('checkbox').first().check();
  await pictures(page, '72-make-room');
  await room.getByRole('button', { name: /^Keep / }).click();
  await expect(room).toContainText('what is here is kept (1 model)');
  await pictures(page, '73-nothing-to-propose');

  await openView(page, 'Library');
  await page.getByRole('button', { name: /^More actions for tiny-words/ }).click();
  await page.getByRole('menuitem', { name: 'Allow clean-up' }).click();
  await openView(page, 'Storage');
  await room.getByRole('checkbox').first().check();
  await room.getByRole('button', { name: /^Remove 1 model/ }).click();
  await pictures(page, '74-remove');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Delete / })
    .click();
  await expect(page.getByText(/ freed$/)).toBeVisible();
  expect(await modelsOf(page)).toEqual([]);
});
