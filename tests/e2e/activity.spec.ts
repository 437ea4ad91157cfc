/** Uses of models, as programs report them, in the real window. */
import { expect } from '@playwright/test';
import { openView, pictures, test } from './larder-app.ts';

const DAY_MS = 86_400_000;

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
  await expect(
    again.page.getByRole('table', { name: 'Models by use' }).getByRole('row'),
  ).toHaveCount(3);
  await again.page.getByRole('button', { name: 'Erase…' }).click();
  await again.page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  await expect(again.page.getByText('No uses recorded yet')).toBeVisible();
});
