/** Uses of models, as programs report them, in the real window. */
import { readFile } from 'node:fs/promises';
import { type ElectronApplication, expect } from '@playwright/test';
import { openView, pictures, test } from './larder-app.ts';

const DAY_MS = 86_400_000;

/** Chooses a place for the next file that is saved, as a person would. @returns the name it had at first */
const savedBy = (app: ElectronApplication, place: string): Promise<string> =>
  app.evaluate(
    ({ session }, chosen) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(chosen);
          const name = item.getFilename();
          item.once('done', () => resolve(name));
        });
      }),
    place,
  );

test('R8.2: what programs report is shown, over a restart too, and can be erased', async ({
  bench,
}) => {
  const { page, close } = await bench.launch();
  await openView(page, 'Activity');
  await expect(page.getByText('No uses recorded yet')).toBeVisible();
  await pictures(page, '80-activity-empty');
  await page.evaluate(async (dayMs) => {
    for (let daysAgo = 29; daysAgo >= 0; daysAgo -= 1) {
      const uses = 3 + ((daysAgo * 7) % 11);
      for (let use = 0; use < uses; use += 1) {
        await window.larder['analytics.record']({
          modelId:
            use % 3 === 0 ? 'hf:larder-demo/tiny-words-GGUF:Q4_K_M' : 'ollama:library/tiny-chat:1b',
          startedAt: new Date(Date.now() - daysAgo * dayMs - use * 60_000).toISOString(),
          durationMs: 800 + 400 * use,
          tokens: 100,
          success: use !== 4,
        });
      }
    }
  }, DAY_MS);
  await expect(page.getByRole('row', { name: /ollama:library\/tiny-chat:1b/ })).toContainText('%');
  await pictures(page, '81-activity');
  await close();

  const again = await bench.launch();
  await openView(again.page, 'Activity');
  for (const format of ['CSV', 'JSON']) {
    const saved = savedBy(again.electron, `${bench.home}/uses.${format}`);
    await again.page.getByRole('button', { name: 'Export' }).click();
    await again.page.getByRole('menuitem', { name: `Save as ${format}…` }).click();
    expect(await saved).toBe(`larder-uses.${format.toLowerCase()}`);
    expect(await readFile(`${bench.home}/uses.${format}`, 'utf8')).toContain('tiny-chat:1b');
  }
  await expect(
    again.page.getByRole('table', { name: 'Models by use' }).getByRole('row'),
  ).toHaveCount(3);
  await again.page.getByRole('button', { name: 'Erase…' }).click();
  await again.page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  await expect(again.page.getByText('No uses recorded yet')).toBeVisible();
});
