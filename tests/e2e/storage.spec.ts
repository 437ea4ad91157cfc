/** The disk, what could go, and the models of other programs, in the real window. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { put, putInHfCache, putInOllama } from '../integration/library/others/other-stores.ts';
import { createTinyGguf } from '../support/tiny-gguf.ts';
import { createSafetensors } from '../support/tiny-safetensors.ts';
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
    window.larder['import.undo']({ modelId: 'ollama:library/tiny-chat:1b' }).then(JSON.parse),
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

test('S9: models of three programs are used in place, what is there twice is seen, and room that was made is taken back', async ({
  bench,
}) => {
  const weights = createTinyGguf({ seed: 3 });
  await putInOllama(path.join(bench.home, '.ollama/models'), {
    name: 'library/tiny-chat',
    weights,
  });
  const lmStudio = path.join(bench.home, '.lmstudio/models/maker/tiny/tiny-Q4_K_M.gguf');
  await put(lmStudio, weights);
  const comfy = path.join(bench.home, 'ComfyUI/models');
  const values = new Float32Array(2 ** 20);
  const tensors = createSafetensors([{ name: 'decoder.weight', shape: [2 ** 20], values }]);
  await put(path.join(comfy, 'vae/small_vae.safetensors'), tensors);
  await put(path.join(bench.home, '.lmstudio/models/maker/vae/small_vae.safetensors'), tensors);
  const { page } = await bench.launch();
  await openView(page, 'Storage');
  await expect(page.getByRole('region', { name: 'Here more than once' })).toContainText('2 times');
  for (const program of [/^Ollama/, /^ComfyUI/]) {
    const place = page.getByRole('region', { name: program });
    await place.getByRole('button', { name: /^Use .* in place$/ }).click();
    await expect(page.getByText('it takes no further room').first()).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss this notice' }).first().click();
  }
  expect(await modelsOf(page)).toHaveLength(2);

  await track(page, FIRST);
  await openView(page, 'Downloads');
  await expect(page.getByText('every file verified')).toBeVisible({ timeout: 60_000 });
  const before = await modelsOf(page);
  await openView(page, 'Storage');
  const room = page.getByRole('region', { name: 'Make room' });
  await room.getByRole('checkbox').first().check();
  await room.getByRole('button', { name: /^Remove 1 model/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move to the trash' }).click();
  const notice = page.getByRole('log', { name: 'Notices' });
  await expect(notice).toContainText('go to the trash');
  expect(await modelsOf(page)).toHaveLength(before.length - 1);
  await pictures(page, '75-removed-with-undo');
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await modelsOf(page)).length).toBe(before.length);
  const back = await modelsOf(page);
  expect(back.every(({ availability }) => availability === 'available')).toBe(true);
  expect((await stat(lmStudio)).size).toBe(weights.byteLength);
});

test('S4: a second library is listed, given a budget, and takes over a model', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await track(page, FIRST);
  await openView(page, 'Downloads');
  await expect(page.getByText('every file verified')).toBeVisible({ timeout: 60_000 });
  const folder = path.join(bench.home, 'Second', 'models');
  const added = await page.evaluate(
    (place) => window.larder['libraries.add']({ folder: place }).then(JSON.parse),
    folder,
  );
  expect(added.ok).toBe(true);
  await openView(page, 'Storage');
  const second = page.getByRole('region', { name: `Library ${folder}` });
  await expect(second).toContainText('0 models');
  await second.getByRole('button', { name: /^More actions for the library/ }).click();
  await page.getByRole('menuitem', { name: 'Set a budget…' }).click();
  await page.getByRole('textbox', { name: 'Models and downloads may take' }).fill('50');
  await pictures(page, '76-budget');
  await page.getByRole('button', { name: 'Set to 50.0 GB' }).click();
  await expect(second).toContainText('of 50.0 GB');
  await openView(page, 'Library');
  await page.getByRole('button', { name: /^More actions for tiny-words/ }).click();
  await page.getByRole('menuitem', { name: 'Move to Second/models' }).click();
  await expect
    .poll(async () => (await modelsOf(page)).map(({ library }) => library))
    .toEqual([folder]);
  await openView(page, 'Storage');
  await expect(second).toContainText('1 model');
  await pictures(page, '77-two-libraries');
});
