/** Larder in a process of its own: a bench starts itself once more, with what to fetch in a document. */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type EngineRun, runEngine } from './engine-run.ts';
import { type Client, runScript } from './measure.ts';

const MODE = 'ours';

/** The arguments for Node with which a bench runs the engine. */
export function oursArguments(bench: string, folder: string, run: EngineRun): string[] {
  const file = path.join(folder, `run-${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(run));
  return [bench, MODE, file];
}

export function ours(bench: string, folder: string, run: EngineRun): Client {
  const args = oursArguments(bench, folder, run);
  return () => runScript(args);
}

export const hasElectron = () => process.env.LARDER_BENCH_ELECTRON !== undefined;

/** The same in Electron's Node, which LARDER_BENCH_ELECTRON=<executable> names. */
export function oursInElectron(bench: string, folder: string, run: EngineRun): Client {
  const args = oursArguments(bench, folder, run);
  const program = process.env.LARDER_BENCH_ELECTRON ?? '';
  return () => runScript(args, { ELECTRON_RUN_AS_NODE: '1' }, program);
}

/** @returns whether this process was started to run the engine, and did */
export async function didRunOurs(): Promise<boolean> {
  const [mode, file = ''] = process.argv.slice(2);
  if (mode !== MODE) return false;
  const run = JSON.parse(readFileSync(file, 'utf8')) as EngineRun;
  console.info(JSON.stringify(await runEngine(run)));
  return true;
}
