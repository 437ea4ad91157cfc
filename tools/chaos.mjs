/**
 * `npm run test:chaos`: the chaos stage. With `--long [--seed N] [--runs N]`: storms by the thousand, see
 * `tests/chaos/storm.ts`; a thousand by default, one when only a seed is given. What a run of at least a
 * hundred showed goes to `docs/reliability.md`. With `--fuzz [--seed N] [--runs N]`: damaged files for the parsers.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { OUT, ROOT } from './lib/paths.mjs';
import { foreground } from './lib/processes.mjs';
import { runTool } from './lib/say.mjs';

const text = /** @type {const} */ ({ type: 'string' });
const WORTH_A_PAGE = 100;

async function main() {
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const options = { long: flag, fuzz: flag, seed: text, runs: text };
  const { values } = parseArgs({ options });
  if (values.fuzz) return fuzz(values);
  if (!values.long) return foreground(process.execPath, ['tools/test.mjs', 'chaos'], { cwd: ROOT });
  await ensureDependencies();
  const file = await bundle('storm-long');
  const runs = Number(values.runs ?? (values.seed === undefined ? 1_000 : 1));
  const page = join(ROOT, 'docs', 'reliability.md');
  const args = [
    `--runs=${runs}`,
    ...(values.seed === undefined ? [] : [`--seed=${values.seed}`]),
    ...(runs < WORTH_A_PAGE ? [] : [`--page=${page}`]),
  ];
  return foreground(process.execPath, [file, ...args], { cwd: ROOT });
}

/**
 * Damaged files, a million for each parser, or as many as told.
 * @param {{ seed?: string, runs?: string }} values
 */
async function fuzz(values) {
  await ensureDependencies();
  const file = await bundle('formats-long');
  const args = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' ? [`--${name}=${value}`] : [],
  );
  return foreground(process.execPath, [file, ...args], { cwd: ROOT });
}

/**
 * The engine's process and its workers lie beside the storm.
 * @param {string} name
 */
async function bundle(name) {
  const { bundleForNode } = await import('./lib/bundle.mjs');
  const { workerEntries } = await import('./lib/worker-entries.mjs');
  const outDir = join(OUT, 'chaos');
  const entries = {
    [name]: join(ROOT, 'tests', 'chaos', `${name}.ts`),
    'engine-child': join(ROOT, 'tests', 'support', 'engine-child.ts'),
  };
  await bundleForNode({ ...entries, ...workerEntries() }, { outDir });
  return join(outDir, `${name}.js`);
}

await runTool(main);
