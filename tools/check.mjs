/** `npm run check`: types, style, boundaries, dead code. */
import { ensureDependencies } from './lib/dependencies.mjs';
import { exitOnSignals } from './lib/processes.mjs';
import { runTool } from './lib/say.mjs';

async function main() {
  exitOnSignals();
  await ensureDependencies();
  const { runChecks } = await import('./lib/checks.mjs');
  return (await runChecks()) > 0 ? 1 : 0;
}

await runTool(main);
