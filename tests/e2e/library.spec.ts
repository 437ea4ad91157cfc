/** The table of models in the real window: filter, order, several at once, and many of them. */
import { expect } from '@playwright/test';
import { modelsOf, openView, pictures, test, track } from './larder-app.ts';

test('the library is filtered and sorted, and several models go after it was asked', async ({
  bench,
}) => {
  const { page } = await bench.launch();
  await track(
    page,
    'hf:larder-demo/tiny-words-GGUF:Q8_0',
    'hf:larder-demo/tiny-words-GGUF:F16',
    'hf:silero/silero-vad',
  );
  const table = page.getByRole('table', { name: 'Models' });
  const rows = table.getByRole('row');
  await expect(table.getByText('Ready to use.')).toHaveCount(3, { timeout: 60_000 });
  await pictures(page, '80-library-table');

  await page.getByRole('button', { name: 'What can be typed here' }).click();
  await pictures(page, '81-library-filter-help');
  await page.keyboard.press('Escape');
  const filter = page.getByRole('textbox', { name: 'Filter models' });
  await filter.fill('words size>5XB');
  await expect(page.getByText('“size>5XB” is not a size; write it like size>5GB.')).toBeVisible();
  await expect(rows).toHaveCount(3);
  await pictures(page, '82-library-filtered');
  await filter.fill('words');
  await table.getByRole('button', { name: 'Size' }).click();
  await expect(rows.nth(1)).toHaveAccessibleName(/F16/);
  await table.getByRole('button', { name: 'Size' }).click();
  await expect(rows.nth(1)).toHaveAccessibleName(/Q8_0/);

  await page.getByRole('checkbox', { name: /^Select .*F16/ }).check();
  await page.getByRole('checkbox', { name: /^Select .*Q8_0/ }).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('region', { name: 'Selected models' });
  await expect(bar).toContainText('2 selected');
  await pictures(page, '83-library-selected');
  await bar.getByRole('button', { name: 'Remove…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove 2 models?' });
  await dialog.getByRole('radio', { name: 'Delete the files permanently' }).check();
  await pictures(page, '84-library-remove-many');
  await dialog.getByRole('button', { name: /^Delete / }).click();
  await expect(page.getByText(/2 models deleted, .* freed/)).toBeVisible();
  await page.getByRole('button', { name: 'Show all models' }).click();
  await expect(rows).toHaveCount(2);
  expect((await modelsOf(page)).map(({ repository }) => repository)).toEqual(['silero/silero-vad']);

  await page.getByRole('button', { name: /^Details of/ }).click();
  await expect(page.getByRole('region', { name: 'Where it lives' })).toBeVisible();
  await pictures(page, '85-library-details');
  await page.keyboard.press('Escape');
  await openView(page, 'Library');
});
