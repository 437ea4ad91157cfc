/** Runs clients in turn, in random order within a round, and prints medians beside each other. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMb?: number;
  readonly loopP99Ms?: number;
  readonly loopMaxMs?: number;
  /** From the last byte to the proof. */
  readonly tailMs?: number;
  readonly note?: string;
}

export type Client = () => Promise<Sample>;

const execute = promisify(execFile);
const TICKS_PER_SECOND = 100;

/** CPU time of the children that have ended so far. */
function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / TICKS_PER_SECOND;
}

/** Wall and CPU time of commands that run one after the other. */
export async function runCommands(commands: ReadonlyArray<readonly string[]>): Promise<Sample> {
  const cpu = childrenCpuMs();
  const startedAt = performance.now();
  for (const [program = '', ...args] of commands) {
    await execute(program, args, { maxBuffer: 2 ** 26 });
  }
  return { wallMs: performance.now() - startedAt, cpuMs: childrenCpuMs() - cpu };
}

/** A client in a Node process of its own that prints its sample as JSON. */
export async function runScript(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  program = process.execPath,
): Promise<Sample> {
  const { stdout } = await execute(program, [...args], {
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Sample;
}

export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function compare(
  title: string,
  clients: Readonly<Record<string, Client>>,
  rounds: number,
): Promise<void> {
  const samples = new Map<string, Sample[]>(Object.keys(clients).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = Object.entries(clients).toSorted(() => Math.random() - 0.5);
    for (const [name, client] of order) samples.get(name)?.push(await client());
  }
  print(title, samples, rounds);
}

function print(
  title: string,
  samples: ReadonlyMap<string, readonly Sample[]>,
  rounds: number,
): void {
  const [first = []] = samples.values();
  console.info(`${title} (medians of ${rounds}; x: median of the ratios to the first row)`);
  console.info(
    `${'client'.padEnd(34)}    wall    x   CPU s    x   tail ms  loop p99/max ms  RSS MB`,
  );
  for (const [name, rows] of samples) {
    const of = (pick: (row: Sample) => number) => median(rows.map(pick));
    const ratio = (pick: (row: Sample) => number) =>
      median(rows.map((row, round) => pick(row) / pick(first[round] as Sample))).toFixed(2);
    const optional = (pick: (row: Sample) => number | undefined, digits: number) => {
      const values = rows.flatMap((row) => pick(row) ?? []);
      return values.length > 0 ? median(values).toFixed(digits) : '-';
    };
    const loop = `${optional((r) => r.loopP99Ms, 1)} / ${optional((r) => r.loopMaxMs, 0)}`;
    console.info(
      [
        name.padEnd(34),
        `${(of((r) => r.wallMs) / 1000).toFixed(2)} s`.padStart(8),
        ratio((r) => r.wallMs).padStart(5),
        (of((r) => r.cpuMs) / 1000).toFixed(2).padStart(6),
        ratio((r) => Math.max(1, r.cpuMs)).padStart(5),
        optional((r) => r.tailMs, 0).padStart(8),
        loop.padStart(16),
        optional((r) => r.rssMb, 0).padStart(7),
        [...new Set(rows.flatMap(({ note }) => note || []))].join('; '),
      ].join(' '),
    );
  }
}
