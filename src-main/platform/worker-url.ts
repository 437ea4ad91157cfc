/**
 * Where the code of a background worker is, for `new Worker(workerUrl('hash'))` and `utilityProcess.fork`.
 *
 * The build turns each `src-main/workers/NAME.ts` into `worker-NAME.js` beside the bundle this module ends up
 * in. Run from source (the tests), the same files have been built into `out/test-workers`.
 *
 * @param name file name in `src-main/workers`, without its extension
 */
export function workerUrl(name: string): URL {
  const runsFromSource = import.meta.url.endsWith('.ts');
  const folder = runsFromSource ? '../../out/test-workers/' : './';
  return new URL(`${folder}worker-${name}.js`, import.meta.url);
}
