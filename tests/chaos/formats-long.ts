/** Damaged files by the million, `--seed N --runs N`. Bundled and started by `tools/chaos.mjs`. */
import { parseArgs } from 'node:util';
import { fuzzFormats } from './formats-fuzz.ts';
import { fuzzPickles } from './pickle-fuzz.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, runs: text } });
const first = Number(values.seed ?? 1);
const runs = Number(values.runs ?? (values.seed === undefined ? 1_000_000 : 1));
const PORTION = 50_000;

function fuzz(options: { readonly seed: number; readonly runs: number }) {
  const [formats, pickles] = [fuzzFormats(options), fuzzPickles(options)];
  return {
    outcomes: { ...formats.outcomes, pickles: pickles.outcomes },
    problems: [...formats.problems, ...pickles.problems],
  };
}

const totals: Record<string, Record<string, number>> = {};
let failed = 0;
for (let done = 0; done < runs; done += PORTION) {
  const count = Math.min(PORTION, runs - done);
  const { outcomes, problems } = fuzz({ seed: first + done, runs: count });
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  failed += problems.length;
  for (const [name, kinds] of Object.entries(outcomes)) {
    const total = totals[name] ?? {};
    for (const [kind, times] of Object.entries(kinds)) total[kind] = (total[kind] ?? 0) + times;
    totals[name] = total;
  }
  process.stdout.write(`${done + count} of ${runs} damaged files for each parser\n`);
}
for (const [name, kinds] of Object.entries(totals)) {
  const told = Object.entries(kinds).map(([kind, times]) => `${kind} ${times}`);
  process.stdout.write(`${name}: ${told.join(', ')}\n`);
}
process.stdout.write(`${failed} broken promises\n`);
process.exit(failed > 0 ? 1 : 0);
