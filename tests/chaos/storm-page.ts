/** The page about the last long run of storms. Pure. */
import type { StormReport } from './storm.ts';

export interface StormFacts {
  readonly first: number;
  readonly runs: number;
  readonly reports: readonly StormReport[];
  readonly at: Date;
}

export function describeStorms({ first, runs, reports, at }: StormFacts): string {
  const sum = (amount: (report: StormReport) => number) =>
    reports.reduce((total, report) => total + amount(report), 0);
  const failed = reports.filter(({ problems }) => problems.length > 0);
  const ratio = sum(({ sentBytes }) => sentBytes) / sum(({ sizeBytes }) => sizeBytes);
  const calm = reports.filter(({ blows, faults }) => blows === 0 && faults === 0);
  const calmRatio =
    calm.reduce((total, { sentBytes }) => total + sentBytes, 0) /
    Math.max(
      1,
      calm.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    );
  const rows: readonly (readonly [string, string])[] = [
    ['date', at.toISOString().slice(0, 10)],
    ['runs', String(runs)],
    ['seeds', `${first} to ${first + runs - 1}`],
    ['answers with a fault', String(sum(({ faults }) => faults))],
    ['kills (SIGKILL)', String(sum(({ kills }) => kills))],
    ['kills, pauses, stops and expired links, planned', String(sum(({ blows }) => blows))],
    ['bytes sent for each byte of the files', ratio.toFixed(3)],
    ['the same without faults and blows', calmRatio.toFixed(3)],
    ['longest storm', `${(Math.max(...reports.map(({ ms }) => ms)) / 1000).toFixed(1)} s`],
    ['failures', String(failed.length)],
    ...failed.map(({ seed, problems }) => [`seed ${seed}`, problems.join('; ')] as const),
  ];
  return `# Reliability

Written by \`npm run test:chaos -- --long\`. Each run is one storm drawn from its seed: a model of one file of
6 to 24 MiB and up to five small ones, a hub with up to four kinds of faults (cut and silent connections,
429 and 5xx, ignored, wrong and missing ranges, short and long bodies, sign-in pages, flipped bits), links
that expire, and up to three blows: \`kill -9\`, a pause, an end in order, a journal that is cut or zeroed
anywhere, a piece that reads as zeros.

After each storm:

- every file is there, and its SHA-256 is the published one;
- a download that failed did so with a code its faults explain, and ended well once they were gone;
- what was fetched again stays within what was not recorded, what was on its way, and what a fault cost;
- no token and no signature is in any file, event, log line or error;
- no lock, part or journal is left, and nothing but the model, its manifest and quarantined copies.

| | |
|---|---|
${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}

A storm is played again with \`npm run test:chaos -- --long --seed N\`. What is random in timing, not in
the plan, may fall differently.
`;
}
