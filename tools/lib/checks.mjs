/** The checks that need no run: types, style and lint, boundaries, dead code. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { capture } from './processes.mjs';
import { say } from './say.mjs';

const TYPE_PROJECTS = ['shared', 'main', 'renderer', 'tests'];
const CHECK_MS = 3 * 60_000;

const CHECKS = [
  ...TYPE_PROJECTS.map((project) => ({
    name: `types (${project})`,
    command: ['typescript/bin/tsc', '-p', `tsconfig.${project}.json`],
  })),
  { name: 'style', command: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'] },
  { name: 'boundaries', command: ['tools/boundaries.mjs'] },
  { name: 'dead code', command: ['knip/bin/knip.js'] },
];

/**
 * Runs every check, one line each, with the output of those that fail.
 * @returns {Promise<number>} how many failed
 */
export async function runChecks() {
  let failed = 0;
  for (const check of CHECKS) if (!(await passes(check))) failed++;
  return failed;
}

async function passes({ name, command: [script, ...args] }) {
  const path = existsSync(join(ROOT, script)) ? script : join('node_modules', script);
  const { code, output } = await capture(process.execPath, [path, ...args], {
    cwd: ROOT,
    timeoutMs: CHECK_MS,
  });
  say(`${name} ${code === 0 ? 'ok' : 'failed'}`);
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`);
  return code === 0;
}
