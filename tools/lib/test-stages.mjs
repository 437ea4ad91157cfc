import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { ROOT } from './paths.mjs';
import { show } from './processes.mjs';
import { say } from './say.mjs';
import { countsOfRun, NO_TESTS, readPlaywrightReport, readVitestReport } from './test-counts.mjs';

const MINUTE_MS = 60_000;
const PLAYWRIGHT = join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');

/** Time limits are for what hangs; a sound run stays far below them. */
const STAGES = {
  check: { run: checks },
  unit: { run: vitest, projects: ['unit', 'unit-renderer'], timeoutMs: 3 * MINUTE_MS },
  integration: { run: vitest, projects: ['integration'], timeoutMs: 8 * MINUTE_MS },
  chaos: { run: vitest, projects: ['chaos'], timeoutMs: 5 * MINUTE_MS },
  e2e: { run: playwright, timeoutMs: 9 * MINUTE_MS },
};

/**
 * Runs one stage to its end, whatever happens in it.
 * @param {keyof typeof STAGES} name
 * @returns {Promise<import('./test-counts.mjs').Counts>}
 */
export async function runStage(name) {
  const stage = STAGES[name];
  if (name !== 'check' && !hasTests(name)) return NO_TESTS;
  const folder = mkdtempSync(join(tmpdir(), 'larder-report-'));
  try {
    return await stage.run({ ...stage, name, reportFile: join(folder, 'report.json') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasTests(name) {
  try {
    const files = readdirSync(join(ROOT, 'tests', name), { recursive: true });
    return files.some((file) => /\.(test|spec)\.tsx?$/.test(String(file)));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Only a failed check is counted: the sum is of tests. */
async function checks() {
  return { ...NO_TESTS, failed: await runChecks() };
}

async function vitest({ name, projects, timeoutMs, reportFile }) {
  const args = [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
  ];
  const code = await withinLimit(name, [VITEST, ...args], { timeoutMs });
  return countsOfRun({ code, reportFile, read: readVitestReport });
}

async function playwright({ name, timeoutMs, reportFile }) {
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile };
  const args = [PLAYWRIGHT, 'test', '--reporter=list,json'];
  const code = await withinLimit(name, args, { timeoutMs, env });
  return countsOfRun({ code, reportFile, read: readPlaywrightReport });
}

async function withinLimit(name, args, options) {
  const { code, timedOut } = await show(process.execPath, args, { cwd: ROOT, ...options });
  if (timedOut) say(`${name}: ended after ${options.timeoutMs / MINUTE_MS} minutes`);
  return timedOut ? 1 : code;
}
