import { defineConfig } from '@playwright/test';

/** Each test launches the real application: one at a time, and none may hang the run. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  globalTimeout: 8 * 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  retries: process.env.CI ? 1 : 0,
  reporter: 'list',
  use: { screenshot: 'only-on-failure', trace: 'off' },
});
