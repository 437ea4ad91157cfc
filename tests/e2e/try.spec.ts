/** Asking models in the real window, with real llama.cpp behind it. */
import { expect, type Page } from '@playwright/test';
import OpenAI from 'openai';
import { openView, patchSettings, pictures, readApiFile, test, track } from './larder-app.ts';

const HERE = 'hf:larder-demo/tiny-words-GGUF:Q8_0';
const WANTED = 'hf:larder-demo/tiny-words-GGUF:F32';
const WANTED_FILE = '**/tiny-words-F32.gguf';
const SLOW = 8_000;

async function choose(page: Page, name: RegExp): Promise<void> {
  const picker = page.getByRole('combobox', { name: 'Model to ask' });
  await picker.click();
  await page.getByRole('option', { name }).first().click();
}

async function ask(page: Page, text: string): Promise<void> {
  const question = page.getByRole('textbox', { name: 'Your question' });
  await question.fill(text);
  await question.press('Enter');
}

const ready = (page: Page, count: number) =>
  expect(page.getByRole('table', { name: 'Models' }).getByText('Ready to use.')).toHaveCount(
    count,
    { timeout: 60_000 },
  );

test('R2.4: a model that is ready is asked, word by word, and says how fast it was', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await track(page, HERE);
  await ready(page, 1);
  await openView(page, 'Try it');
  await pictures(page, '90-try-empty');
  await choose(page, /Q8_0/);
  await ask(page, 'hello');
  const turn = page.getByRole('article', { name: /^Question/ });
  await expect(turn).toContainText(/words|model|tests|tiny|there/, { timeout: 30_000 });
  await expect(turn).toContainText(/Q8_0 · /);
  await expect(turn).toHaveAttribute('aria-busy', 'false');
  await pictures(page, '91-try-answer');
  await openView(page, 'Requests');
  await expect(page.getByText(/Q8_0/).first()).toBeVisible();
  await pictures(page, '92-requests');
});

test('R4.1, R4.4, R1.3: a missing model: another answers and says so, the real one comes, and what waited for it is answered', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await track(page, HERE);
  await ready(page, 1);
  bench.hub.throttle(WANTED_FILE, SLOW);
  await track(page, WANTED);
  await patchSettings(page, { fallback: { maxWaitMs: 0 } });
  await openView(page, 'Try it');
  await choose(page, /F32/);
  await ask(page, 'hello');
  const turns = page.getByRole('article', { name: /^Question/ });
  await expect(turns.first()).toContainText(/Q8_0 · /, { timeout: 30_000 });
  await expect(turns.first()).toContainText('which could not answer');
  await pictures(page, '93-try-alternative');

  await page
    .getByRole('combobox', { name: 'If the model is not here' })
    .selectOption({ label: 'If it is not here: no other' });
  await ask(page, 'hello again');
  await expect(turns.nth(1)).toContainText('It will answer by itself when the model has arrived.');
  await pictures(page, '94-try-waiting');
  await openView(page, 'Requests');
  await expect(page.getByText(/F32/).first()).toBeVisible();
  await pictures(page, '95-requests-waiting');
  bench.hub.throttle(WANTED_FILE, 50_000_000);
  await openView(page, 'Try it');
  await expect(turns.nth(1)).toContainText(/F32 · /, { timeout: 40_000 });
  await pictures(page, '96-try-real-one');
});

test('the gateway answers the official client, and its address and token are there to copy', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await track(page, HERE);
  await ready(page, 1);
  await openView(page, 'Requests');
  await page.getByRole('tab', { name: 'Other programs' }).click();
  await pictures(page, '97-gateway-off');
  await patchSettings(page, { api: { enabled: true } });
  await expect(page.getByText(/http:\/\/127\.0\.0\.1:\d+\/v1/).first()).toBeVisible();
  await pictures(page, '98-gateway-on');
  const { url, token } = await readApiFile(bench.userData);
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
  const stream = await client.chat.completions.create({
    model: 'tiny-words',
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  });
  let words = 0;
  for await (const chunk of stream) words += chunk.choices[0]?.delta.content ? 1 : 0;
  expect(words).toBeGreaterThan(1);
  await page.getByRole('tab', { name: 'Requests', exact: true }).click();
  await expect(page.getByText(/OpenAI/).first()).toBeVisible();
  await pictures(page, '99-requests-of-programs');
});

test('nothing at all is there: set-up steps for this computer, and what would happen', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await openView(page, 'Try it');
  await pictures(page, '100-try-no-model');
  await openView(page, 'Requests');
  await page.getByRole('tab', { name: 'Missing models' }).click();
  await pictures(page, '101-missing-models');
});
