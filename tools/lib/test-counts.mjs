import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Counts} */
export const NO_TESTS = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export function addCounts(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/** @param {Counts} counts */
export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * The counts of a runner that has ended. A runner that failed without a failed test to show for it, or that
 * left no report, counts as one failure: nothing that went wrong may look like success.
 * @param {{ code: number, reportFile: string, read: (report: any) => Counts }} run
 * @returns {Counts}
 */
export function countsOfRun({ code, reportFile, read }) {
  const counts = existsSync(reportFile) ? read(readReport(reportFile)) : NO_TESTS;
  const unexplained = code !== 0 && counts.failed === 0;
  const ranNothing = counts.passed + counts.failed + counts.skipped === 0;
  return unexplained || ranNothing ? { ...counts, failed: counts.failed + 1 } : counts;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** A test file that could not be loaded has no tests to fail: it counts as one. @returns {Counts} */
export function readVitestReport(report) {
  const files = report.testResults ?? [];
  const unloaded = files.filter((file) => file.status === 'failed' && !hasFailedTest(file));
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + unloaded.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

function hasFailedTest(file) {
  return (file.assertionResults ?? []).some((test) => test.status === 'failed');
}

/**
 * A real window on a busy machine can lose a movement of the mouse: in CI a test is tried twice, and the list
 * names those that needed it. @returns {Counts}
 */
export function readPlaywrightReport({ stats, errors }) {
  return {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: (stats?.unexpected ?? 0) + (errors?.length ?? 0),
    skipped: stats?.skipped ?? 0,
  };
}
