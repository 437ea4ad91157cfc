import { build } from 'vite';

/**
 * Bundles TypeScript entry points for plain Node: ESM, packages left outside.
 * @param {Record<string, string>} entries output name → source file
 * @param {{ outDir: string, extension?: string }} options
 */
export async function bundleForNode(entries, { outDir, extension = '.js' }) {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: entries,
        output: {
          format: 'es',
          entryFileNames: `[name]${extension}`,
          chunkFileNames: `chunk-[name]-[hash]${extension}`,
        },
      },
    },
  });
}
