import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  addCounts,
  countsOfRun,
  describeCounts,
  readPlaywrightReport,
  readVitestReport,
} from '../../../tools/lib/test-counts.mjs';

function reportFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-counts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'report.json');
  writeFileSync(file, text);
  return file;
}

const vitestRun = (code: number, report: object | string) =>
  countsOfRun({
    code,
    reportFile: reportFile(typeof report === 'string' ? report : JSON.stringify(report)),
    read: readVitestReport,
  });

test('the last line names skipped tests only when there are any', () => {
  expect(describeCounts({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  expect(describeCounts({ passed: 3, failed: 1, skipped: 2 })).toBe(
    '3 passed, 1 failed, 2 skipped',
  );
});

test('the stages are summed', () => {
  const first = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts(first, { passed: 10, failed: 20, skipped: 30 })).toEqual({
    passed: 11,
    failed: 22,
    skipped: 33,
  });
});

test('a test file that could not be loaded is one failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }, { status: 'passed' }];
  const counts = vitestRun(1, { numPassedTests: 4, numFailedTests: 0, testResults });
  expect(counts).toEqual({ passed: 4, failed: 1, skipped: 0 });
});

test('a failed test in a failed file is counted once', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
  const counts = vitestRun(1, { numPassedTests: 4, numFailedTests: 1, testResults });
  expect(counts).toEqual({ passed: 4, failed: 1, skipped: 0 });
});

test('a runner that fails with every test passed is one failure', () => {
  expect(vitestRun(1, { numPassedTests: 4 })).toEqual({ passed: 4, failed: 1, skipped: 0 });
});

test.each([
  ['left no report', join(tmpdir(), 'larder-no-such-folder', 'report.json')],
  ['ran no tests', undefined],
])('a runner that %s is one failure, whatever its exit code', (_, missing) => {
  const file = missing ?? reportFile('{}');
  const counts = countsOfRun({ code: 0, reportFile: file, read: readVitestReport });
  expect(counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a report that was cut off is one failure', () => {
  expect(vitestRun(137, '{"numPassedTests": 4')).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a window test that passed when tried again has passed', () => {
  const stats = { expected: 5, unexpected: 0, flaky: 1, skipped: 2 };
  const counts = readPlaywrightReport({ stats, errors: [] });
  expect(counts).toEqual({ passed: 6, failed: 0, skipped: 2 });
});
