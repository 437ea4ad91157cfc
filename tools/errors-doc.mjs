/** `npm run docs:errors`: writes docs/errors.md, and the tables in other documents, anew from the code. */
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ROOT } from './lib/paths.mjs';
import { foreground } from './lib/processes.mjs';
import { runTool } from './lib/say.mjs';

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const TEST = 'tests/unit/docs/generated.test.ts';

/** Plain Node cannot run the TypeScript they follow from: the test that compares them writes them instead. */
async function main() {
  await ensureDependencies();
  process.env.UPDATE_DOCS = '1';
  return foreground(process.execPath, [VITEST, 'run', TEST], { cwd: ROOT });
}

await runTool(main);
