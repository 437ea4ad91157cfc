/** What a person can change about downloads that run or wait, in the real window. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Hub } from '../hub/hub.ts';
import {
  cardOf,
  enterReference,
  modelsOf,
  openView,
  patchSettings,
  picture,
  pictures,
  test,
  track,
} from './larder-app.ts';

const LARGE = { ref: 'hf:larder-demo/slow-and-large', title: 'slow-and-large Q8_0' };
const LARGE_PATTERN = 'larder-demo/slow-and-large/**';
const SPLIT = { ref: 'hf:larder-demo/tiny-words-split-GGUF', title: 'tiny-words-split-GGUF F32' };
const SHARDS = { ref: 'hf:larder-demo/tiny-shards', title: 'tiny-shards' };
const VAD = { ref: 'hf:silero/silero-vad', title: 'silero-vad' };
const MB = 1e6;

const receivedBytes = (page: Page) =>
  page.evaluate(async () => {
    const answer = await window.larder['downloads.list']({}).then(JSON.parse);
    return answer.ok ? (answer.value.items[0]?.receivedBytes ?? 0) : 0;
  });

/**
 * Bytes per second that arrive while `bytes` more arrive, after `settle` more; on a busy machine less, never
 * more. What the hub hands to the system says little: its sockets take many megabytes ahead.
 */
async function measureRate(page: Page, { settle, bytes }: { settle: number; bytes: number }) {
  const until = (least: number) =>
    expect
      .poll(() => receivedBytes(page), { intervals: [50], timeout: 30_000 })
      .toBeGreaterThanOrEqual(least);
  await until((await receivedBytes(page)) + settle);
  const startedAt = performance.now();
  const from = await receivedBytes(page);
  await until(from + bytes);
  return (((await receivedBytes(page)) - from) * 1000) / (performance.now() - startedAt);
}

const titlesIn = (page: Page) =>
  page
    .getByRole('list', { name: 'Downloads' })
    .locator('> li')
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('aria-label')));

/** One runs, slowly; three wait behind it. */
async function fillQueue(page: Page) {
  await patchSettings(page, { downloads: { concurrent: 1 } });
  await track(page, LARGE.ref, SPLIT.ref, SHARDS.ref, VAD.ref);
  await openView(page, 'Downloads');
  await expect(cardOf(page, VAD.title)).toContainText('Queued');
}

test('R5.3: a limit set in the window holds, for one download and for all, and lifting it takes effect', async ({
  bench,
}) => {
  const { hub } = bench;
  hub.setRates({ totalBytesPerSecond: 30 * MB });
  const { page } = await bench.launch();
  await track(page, LARGE.ref);
  await openView(page, 'Downloads');
  const card = cardOf(page, LARGE.title);

  const button = page.getByRole('button', { name: `Speed limit of ${LARGE.title}` });
  await button.click();
  const choice = page.getByRole('dialog', { name: `Speed limit of ${LARGE.title}` });
  await expect(choice).toBeVisible();
  await pictures(page, '30-limit-of-one');
  await choice.getByRole('button', { name: '5 MB/s' }).click();
  await expect(card).toContainText('At most 5 MB/s');
  const limited = await measureRate(page, { settle: 5 * MB, bytes: 15 * MB });
  expect(limited / (5 * MB)).toBeLessThan(1.3);
  await expect(card).toContainText('Held at 5 MB/s by its own speed limit');
  await pictures(page, '31-limit-holds');

  await button.click();
  await choice.getByRole('button', { name: 'No limit' }).click();
  await expect(card).not.toContainText('At most');
  expect(await measureRate(page, { settle: 5 * MB, bytes: 20 * MB })).toBeGreaterThan(7.5 * MB);

  await page.getByRole('button', { name: 'Speed limit: No limit' }).click();
  const ofAll = page.getByRole('group', { name: 'Speed limit of all downloads' });
  await ofAll.getByRole('textbox', { name: 'Another limit in MB/s' }).fill('3');
  await ofAll.getByRole('button', { name: 'Set limit' }).click();
  await expect(page.getByRole('button', { name: 'Speed limit: 3 MB/s' })).toBeVisible();
  const allLimited = await measureRate(page, { settle: 3 * MB, bytes: 10 * MB });
  expect(allLimited / (3 * MB)).toBeLessThan(1.3);
  await expect(card).toContainText('Held at 3 MB/s by the speed limit in settings');
});

test('R5.2: the queue is ordered by keyboard, by menu and with “this one next”', async ({
  bench,
}) => {
  bench.hub.throttle(LARGE_PATTERN, 2 * MB);
  const { page } = await bench.launch();
  await fillQueue(page);
  expect(await titlesIn(page)).toEqual([LARGE.title, SPLIT.title, SHARDS.title, VAD.title]);

  const handle = page.getByRole('button', { name: `Reorder ${VAD.title}` });
  await handle.focus();
  await handle.press('Alt+ArrowUp');
  await expect
    .poll(() => titlesIn(page))
    .toEqual([LARGE.title, SPLIT.title, VAD.title, SHARDS.title]);
  await expect(handle).toBeFocused();

  const menu = page.getByRole('button', { name: `Change the order of ${SPLIT.title}` });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Move down' }).click();
  await expect
    .poll(() => titlesIn(page))
    .toEqual([LARGE.title, VAD.title, SPLIT.title, SHARDS.title]);

  await page.getByRole('button', { name: `Change the order of ${SHARDS.title}` }).click();
  const next = page.getByRole('menuitem', { name: 'This one next' });
  await expect(next).toBeVisible();
  await pictures(page, '32-order');
  await next.click();
  await expect
    .poll(() => titlesIn(page))
    .toEqual([SHARDS.title, LARGE.title, VAD.title, SPLIT.title]);
  await page.getByRole('button', { name: `Pause ${LARGE.title}` }).click();
  await expect(cardOf(page, SPLIT.title)).toContainText('every file verified');
  const asked = bench.hub.log.flatMap(({ origin, file }) => (origin === 'cdn' ? (file ?? []) : []));
  const models = [...new Set(asked.map((file) => file.split('/')[1]))];
  expect(models).toEqual(['slow-and-large', 'tiny-shards', 'silero-vad', 'tiny-words-split-GGUF']);
});

test('R5.2: a card dragged onto another takes its place', async ({ bench }) => {
  bench.hub.throttle(LARGE_PATTERN, 2 * MB);
  const { page } = await bench.launch();
  await fillQueue(page);
  // A page that scrolls or paints while the mouse moves may begin no drag: a hand would try again.
  await expect(async () => {
    await page
      .getByRole('button', { name: `Reorder ${VAD.title}` })
      .dragTo(cardOf(page, SPLIT.title), { targetPosition: { x: 200, y: 20 } });
    await expect
      .poll(() => titlesIn(page), { timeout: 3000 })
      .toEqual([LARGE.title, VAD.title, SPLIT.title, SHARDS.title]);
  }).toPass({ timeout: 30_000 });
});

test('R5.4: a model becomes available without the file that was left out', async ({ bench }) => {
  bench.hub.setRates({ totalBytesPerSecond: 1 * MB });
  const { page } = await bench.launch();
  await track(page, 'hf:tesseract/eng:all');
  await openView(page, 'Downloads');
  const card = cardOf(page, /^eng\b/);
  await card.getByRole('button', { name: /^Files of eng/ }).click();
  const box = card.getByRole('checkbox', { name: 'Include 4.0.0/eng.traineddata' });
  await box.click();
  await expect(box).not.toBeChecked();
  await expect(card).toContainText(/1 file left out \(\d.* MB\)/);
  await pictures(page, '33-file-left-out');
  bench.hub.setRates({});
  await expect(card).toContainText('every file verified');

  const [model] = await modelsOf(page);
  expect(model?.availability).toBe('available');
  const folder = path.join(bench.library, 'tesseract/eng');
  await access(path.join(folder, '4.0.0_best_int/eng.traineddata'));
  await expect(access(path.join(folder, '4.0.0/eng.traineddata'))).rejects.toThrow('ENOENT');
  expect(bench.hub.bytesSent('tesseract/eng/4.0.0/**')).toBeLessThan(2 * MB);
  await openView(page, 'Library');
  await expect(page.getByRole('row', { name: 'eng' })).toContainText('Ready to use');
});

test('R5.1: a download with a start time waits for it, over a restart too, until it is let go', async ({
  bench,
}) => {
  bench.hub.throttle(LARGE_PATTERN, 4 * MB);
  const first = await bench.launch();
  await track(first.page, LARGE.ref);
  await openView(first.page, 'Downloads');
  await first.page.getByRole('button', { name: `Start time of ${LARGE.title}` }).click();
  const choice = first.page.getByRole('dialog', { name: `Start time of ${LARGE.title}` });
  await expect(choice).toBeVisible();
  await pictures(first.page, '34-start-time');
  await choice.getByLabel('Do not start before').fill(tomorrowAt('07:00'));
  await choice.getByRole('button', { name: 'Set start time' }).click();
  await expect(cardOf(first.page, LARGE.title)).toContainText('Waits until tomorrow 07:00');
  await expect.poll(() => openRequests(bench.hub)).toBe(0);
  const before = bench.hub.bytesSent(LARGE_PATTERN);
  await first.close();

  const { page } = await bench.launch();
  await openView(page, 'Downloads');
  const card = cardOf(page, LARGE.title);
  await expect(card).toContainText('Waits until tomorrow 07:00');
  await pictures(page, '35-waits-until');
  expect(bench.hub.bytesSent(LARGE_PATTERN)).toBe(before);
  await page.getByRole('button', { name: `Start time of ${LARGE.title}` }).click();
  await page.getByRole('button', { name: 'Start without waiting' }).click();
  await bench.hub.until(() => bench.hub.bytesSent(LARGE_PATTERN) > before + MB);
  await expect(card).not.toContainText('Waits until');
});

const openRequests = ({ log }: Hub) => log.filter(({ outcome }) => outcome === 'open').length;

/** As a field for date and time takes it, in the time of this computer. */
function tomorrowAt(time: string): string {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${time}`;
}

test('a dry run says what would be fetched, what is here already, and whether it fits', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await enterReference(page, 'hf:larder-demo/tiny-words-GGUF');
  const row = page.getByRole('listitem', { name: 'Q8_0' });
  await row.getByRole('button', { name: 'What will be fetched for Q8_0?' }).click();
  await expect(row.getByRole('status')).toHaveText(/^\d files?, \d+(\.\d+)? kB; fits$/);
  await expect(row).toContainText('tiny-words-Q8_0.gguf');
  await expect(row).toContainText('to be fetched');
  await pictures(page, '36-dry-run');
  expect(bench.hub.bytesSent('**/*.gguf')).toBe(0);

  await patchSettings(page, { downloads: { keepFreeBytes: 10 ** 13 } });
  const half = page.getByRole('listitem', { name: 'F16' });
  await half.getByRole('button', { name: 'What will be fetched for F16?' }).click();
  await expect(half.getByRole('status')).toContainText('does not fit');
  await picture(page, '37-dry-run-too-large');
});

test('the shelf counts what runs, and keeps what has finished until it is dismissed', async ({
  bench,
}) => {
  bench.hub.throttle(LARGE_PATTERN, 2 * MB);
  const { page } = await bench.launch();
  await expect(page.getByRole('button', { name: 'Downloads: none' })).toBeVisible();
  await patchSettings(page, { downloads: { concurrent: 2 } });
  await track(page, SHARDS.ref, LARGE.ref);
  const shelf = page.getByRole('button', { name: /^Downloads: 1, 1 running, \d %$/ });
  await shelf.click();
  const content = page.getByRole('dialog', { name: /^Downloads: / });
  await expect(content).toContainText(SHARDS.title);
  await expect(content.getByText('Finished', { exact: true })).toBeVisible();
  await pictures(page, '38-shelf');
  await content.getByRole('button', { name: `Dismiss ${SHARDS.title}` }).click();
  await expect(content).not.toContainText(SHARDS.title);
  await expect(content).toContainText(LARGE.title);
  await content.getByRole('button', { name: 'Pause all' }).click();
  await expect(page.getByRole('button', { name: /^Downloads: 1, 0 running/ })).toBeVisible();
});

test('R5.3: a window of the weekly schedule is saved, holds, and is there after a restart', async ({
  bench,
}) => {
  bench.hub.throttle(LARGE_PATTERN, 4 * MB);
  const first = await bench.launch();
  await track(first.page, LARGE.ref);
  await bench.hub.until(() => bench.hub.bytesSent(LARGE_PATTERN) > MB);
  await openView(first.page, 'Settings');
  const schedule = first.page.getByRole('group', { name: 'Weekly schedule' });
  const holds = first.page.getByRole('status', { name: 'What holds now' });
  await expect(holds).toHaveText('Now: no speed limit.');
  await schedule.getByRole('button', { name: 'Add a window' }).click();
  const window = schedule.getByRole('group', { name: 'Window 1', exact: true });
  for (const day of ['Saturday', 'Sunday']) {
    await window.getByRole('checkbox', { name: `Window 1: ${day}` }).press('Space');
  }
  for (const end of ['from', 'to']) {
    const time = window.getByLabel(`Window 1: ${end}`);
    await time.fill('00:00');
    await time.press('Enter');
  }
  await window.getByRole('combobox', { name: 'Window 1: what holds' }).selectOption('Pause');
  await expect(holds).toContainText('Now: paused by the weekly schedule');
  await schedule.scrollIntoViewIfNeeded();
  await pictures(first.page, '39-schedule');
  await openView(first.page, 'Downloads');
  await expect(cardOf(first.page, LARGE.title)).toContainText('Paused by the weekly schedule');
  await pictures(first.page, '40-paused-by-schedule');
  await first.close();

  const { page } = await bench.launch();
  await openView(page, 'Settings');
  await expect(page.getByRole('status', { name: 'What holds now' })).toContainText(
    'paused by the weekly schedule',
  );
  await page.getByRole('button', { name: 'Remove Window 1' }).click();
  await expect(page.getByRole('status', { name: 'What holds now' })).toHaveText(
    'Now: no speed limit.',
  );
  const before = bench.hub.bytesSent(LARGE_PATTERN);
  await bench.hub.until(() => bench.hub.bytesSent(LARGE_PATTERN) > before + MB);
});
