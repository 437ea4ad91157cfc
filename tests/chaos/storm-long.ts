/** Many storms, some at a time, and a page about what they showed. Bundled and started by `tools/chaos.mjs`. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runStorm, type StormReport } from './storm.ts';
import { describeStorms } from './storm-page.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, runs: text, child: text, page: text } });
const first = Number(values.seed ?? 1);
const runs = Number(values.runs ?? (values.seed === undefined ? 1_000 : 1));
const child = values.child ?? path.join(import.meta.dirname, 'engine-child.js');

const reports: StormReport[] = [];
let next = first;

let isStopped = false;
// What ran so far is told as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isStopped = true;
  });
}

async function work(): Promise<void> {
  while (next < first + runs && !isStopped) {
    const seed = next;
    next += 1;
    const report = await runStorm(child, seed);
    reports.push(report);
    for (const problem of report.problems) {
      process.stdout.write(`seed ${seed}: ${problem}\n`);
    }
    if (reports.length % 50 === 0) process.stdout.write(`${reports.length} of ${runs} storms\n`);
  }
}

await Promise.all(Array.from({ length: Math.min(runs, availableParallelism()) }, work));
const failed = reports.filter(({ problems }) => problems.length > 0);
const facts = { first, runs: reports.length, reports, at: new Date() };
if (values.page) await writeFile(values.page, describeStorms(facts));
process.stdout.write(`${reports.length - failed.length} passed, ${failed.length} failed\n`);
for (const { seed } of failed) {
  process.stdout.write(`again: npm run test:chaos -- --long --seed ${seed}\n`);
}
process.exit(failed.length > 0 ? 1 : 0);
