/** `npm run bench -- NAME [ARGUMENTS]`: runs `tests/bench/NAME.bench.ts`, bundled for plain Node. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { OUT, ROOT } from './lib/paths.mjs';
import { foreground } from './lib/processes.mjs';
import { runTool, Stop } from './lib/say.mjs';

const FOLDER = join(ROOT, 'tests', 'bench');
const SUFFIX = '.bench.ts';

function benchNames() {
  if (!existsSync(FOLDER)) return [];
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(SUFFIX));
  return files.map((file) => file.slice(0, -SUFFIX.length)).sort();
}

/** A bench finds its workers beside itself, as the application does. */
async function bundleBench(name) {
  const { bundleForNode } = await import('./lib/bundle.mjs');
  const { workerEntries } = await import('./lib/worker-entries.mjs');
  const outDir = join(OUT, 'bench');
  await bundleForNode({ [name]: join(FOLDER, `${name}${SUFFIX}`), ...workerEntries() }, { outDir });
  return join(outDir, `${name}.js`);
}

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const names = benchNames();
  if (!names.includes(name ?? '')) {
    throw new Stop(`choose a bench: ${names.join(', ') || 'there are none yet'}`);
  }
  await ensureDependencies();
  const file = await bundleBench(name);
  return foreground(process.execPath, ['--expose-gc', file, ...args], { cwd: ROOT });
}

await runTool(main);
