import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { ROOT } from './tools/lib/paths.mjs';
import { workerEntries } from './tools/lib/worker-entries.mjs';

/**
 * Three bundles. Main is ESM with its dependencies left outside; every file of it lies flat in `out/main`, so
 * that a worker is always found beside whichever chunk asks for it. Preload is one CommonJS file with
 * everything inside, because a sandboxed preload can load nothing else.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20',
      sourcemap: false,
      externalizeDeps: { include: ['node-llama-cpp'] },
      rollupOptions: {
        input: { main: join(ROOT, 'src-main/main.ts'), ...workerEntries() },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunk-[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap: false,
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: join(ROOT, 'src-preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    build: {
      outDir: join(ROOT, 'out/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      sourcemap: false,
      modulePreload: { polyfill: false },
      rollupOptions: { input: join(ROOT, 'src-renderer/index.html') },
    },
  },
});
