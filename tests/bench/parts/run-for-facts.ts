import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs this bench once more in a process of its own. @returns what it prints as its last line */
export async function runForFacts<T>(args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', ...process.execArgv.filter((one) => one.startsWith('--cpu')), ...args],
    { maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as T;
}
