/**
 * `npm test [-- STAGE…]`: sets up what the tests need, runs the checks and every stage (unit, integration,
 * chaos, e2e), and ends with one line: `N passed, N failed`.
 */
import { ensureDebianPackages, TEST_PACKAGES, WINDOW_PACKAGES } from './lib/debian.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { exitOnSignals } from './lib/processes.mjs';
import { runTool, Stop, say } from './lib/say.mjs';
import { addCounts, describeCounts, NO_TESTS } from './lib/test-counts.mjs';

const STAGES = ['unit', 'integration', 'chaos', 'e2e'];
const STAGES_WITH_THE_APPLICATION = ['chaos', 'e2e'];

async function main() {
  exitOnSignals();
  const stages = chosenStages(process.argv.slice(2));
  const counts = await runAll(stages);
  process.stdout.write(`${describeCounts(counts)}\n`);
  return counts.failed > 0 ? 1 : 0;
}

/** Without a choice, everything; with one, those stages alone, without the checks. */
function chosenStages(args) {
  const unknown = args.find((arg) => !STAGES.includes(arg));
  if (unknown) throw new Stop(`no such stage: ${unknown} (there are ${STAGES.join(', ')})`);
  return args.length > 0 ? STAGES.filter((stage) => args.includes(stage)) : ['check', ...STAGES];
}

async function runAll(stages) {
  try {
    await setUp(stages);
  } catch (error) {
    process.stderr.write(`larder: ${error instanceof Stop ? error.message : error.stack}\n`);
    return { ...NO_TESTS, failed: 1 };
  }
  const { runStage } = await import('./lib/test-stages.mjs');
  const { startHiddenScreen } = await import('./lib/screen.mjs');
  let counts = NO_TESTS;
  for (const stage of stages) {
    const needsScreen = stage === 'e2e' && process.platform === 'linux';
    if (needsScreen) process.env.DISPLAY = await startHiddenScreen();
    const ended = await runStage(stage);
    say(`${stage}: ${describeCounts(ended)}`);
    counts = addCounts(counts, ended);
  }
  return counts;
}

async function setUp(stages) {
  const withApplication = stages.some((stage) => STAGES_WITH_THE_APPLICATION.includes(stage));
  await ensureDebianPackages([...TEST_PACKAGES, ...(withApplication ? WINDOW_PACKAGES : [])]);
  await ensureDependencies();
  if (!withApplication) return;
  const { ensureElectron } = await import('./electron-runtime.mjs');
  const { buildApplication } = await import('./build.mjs');
  await ensureElectron();
  await buildApplication();
}

await runTool(main);
