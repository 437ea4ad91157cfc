/** Prints each broken rule of the architecture; fails when there is one. */
import { findBrokenBoundaries } from './lib/boundaries.mjs';
import { ROOT } from './lib/paths.mjs';
import { runTool } from './lib/say.mjs';

async function main() {
  const broken = await findBrokenBoundaries(ROOT);
  for (const line of broken) process.stdout.write(`${line}\n`);
  return broken.length > 0 ? 1 : 0;
}

await runTool(main);
