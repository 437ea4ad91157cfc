/**
 * The download engine in a process of its own, that a test may end as a crash does. Bundled and started by
 * `engine-process.ts`; what it would show or log goes to a file, so that it can be searched for secrets.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { StoredDownload } from '../../src-main/engines/download/job.ts';
import { type EngineOptions, openEngine } from './engine-parts.ts';

/** Plain data, as it comes with the command line. */
export interface ChildOptions
  extends Omit<
    EngineOptions,
    'freeBytes' | 'reuse' | 'isOnline' | 'holdFor' | 'random' | 'now' | 'onStore'
  > {
  /** Where the queue is kept. */
  readonly queueFile: string;
  /** Takes every event and every line of the log. */
  readonly saidFile: string;
}

export type ChildCommand =
  | { readonly command: 'fetch'; readonly ref: string }
  | { readonly command: 'pause' | 'resume' | 'retry'; readonly id: string }
  | { readonly command: 'stop' };

export type ChildNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly code: string }
  | {
      readonly kind: 'state';
      readonly id: string;
      readonly state: string;
      readonly code: string | null;
      readonly receivedBytes: number;
    }
  | { readonly kind: 'answered'; readonly command: string; readonly problem: string | null };

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;
// Whoever started it has gone.
process.once('disconnect', () => process.exit());
const tell = (news: ChildNews) => process.send?.(news);

function storeQueue(stored: readonly StoredDownload[]) {
  writeFileSync(`${options.queueFile}.tmp`, JSON.stringify(stored));
  renameSync(`${options.queueFile}.tmp`, options.queueFile);
}

async function run(): Promise<void> {
  const stored = existsSync(options.queueFile)
    ? (JSON.parse(readFileSync(options.queueFile, 'utf8')) as StoredDownload[])
    : [];
  const rig = await openEngine({
    ...options,
    instance: randomUUID(),
    stored,
    onStore: storeQueue,
  });
  /** Everything heard is told once, in order. */
  let told = 0;
  let logged = 0;
  const pass = () => {
    for (; logged < rig.logged.length; logged += 1) {
      appendFileSync(options.saidFile, `${rig.logged[logged]}\n`);
    }
    for (; told < rig.heard.length; told += 1) {
      const event = rig.heard[told];
      appendFileSync(options.saidFile, `${JSON.stringify(event)}\n`);
      const download = event?.download;
      if (!download) continue;
      const { modelId: id, state, receivedBytes } = download;
      const code = 'error' in state ? state.error.code : null;
      tell({ kind: 'state', id, state: state.kind, code, receivedBytes });
    }
  };
  const timer = setInterval(pass, 5);
  process.on('message', async (asked: ChildCommand) => {
    let problem: string | null = null;
    try {
      if (asked.command === 'fetch') await rig.fetch(asked.ref);
      else if (asked.command === 'stop') await rig.stop();
      else await rig.engine[asked.command](asked.id);
    } catch (error) {
      problem = String(error);
    }
    pass();
    tell({ kind: 'answered', command: asked.command, problem });
    if (asked.command !== 'stop') return;
    clearInterval(timer);
    process.disconnect();
  });
  tell({ kind: 'ready' });
}

await run().catch((error: { code?: string }) => {
  tell({ kind: 'refused', code: error.code ?? String(error) });
  process.disconnect?.();
});
