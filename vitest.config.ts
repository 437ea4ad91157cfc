import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const SECOND_MS = 1_000;

const shared = {
  globalSetup: ['tools/vitest-workers.mjs'],
  restoreMocks: true,
  unstubEnvs: true,
};

export default defineConfig({
  test: {
    /** Much of a test is waiting: the main process of the runner can share a core. */
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          exclude: ['tests/unit/renderer/**'],
          testTimeout: 10 * SECOND_MS,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'unit-renderer',
          include: ['tests/unit/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          restoreMocks: true,
          testTimeout: 10 * SECOND_MS,
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 30 * SECOND_MS,
          hookTimeout: 30 * SECOND_MS,
        },
      },
      {
        test: {
          ...shared,
          name: 'chaos',
          include: ['tests/chaos/**/*.test.ts'],
          testTimeout: 120 * SECOND_MS,
          hookTimeout: 60 * SECOND_MS,
          fileParallelism: false,
        },
      },
    ],
  },
});
