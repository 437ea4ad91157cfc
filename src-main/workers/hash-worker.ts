/**
 * Digests of growing files. Messages come in order; each run holds a position. Bytes that continue at
 * the position are digested from memory; a gap before them is read back from the file (it is in the
 * page cache, or it was there before a restart). Gaps are read in slices, so that one large file does
 * not hold up the others.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

export type HashRequest =
  | { kind: 'follow'; run: number; path: string; gitBlobBytes: number | null }
  | { kind: 'push'; run: number; offset: number; chunk: Uint8Array }
  | { kind: 'finish'; run: number; length: number }
  | { kind: 'cancel'; run: number };

export type HashAnswer =
  | { kind: 'progress'; run: number; hashedBytes: number; queuedBytes: number }
  | { kind: 'finished'; run: number; sha256: string; gitSha1: string | null }
  | { kind: 'failed'; run: number; code: string; message: string };

/** Pages are copied several times faster when the buffer does not start on a page boundary. */
const PAD_BYTES = 1024;
const SLICE_BYTES = 8 * 2 ** 20;
const BLOCK_BYTES = 2 ** 20;
const REPORT_BYTES = 2 * 2 ** 20;
const block = Buffer.alloc(BLOCK_BYTES + PAD_BYTES).subarray(PAD_BYTES);

interface Run {
  readonly id: number;
  readonly path: string;
  readonly sha256: Hash;
  readonly gitSha1: Hash | null;
  position: number;
  reported: number;
  readonly todo: Array<Extract<HashRequest, { kind: 'push' | 'finish' }>>;
}

const runs = new Map<number, Run>();
let scheduled = false;

const answer = (message: HashAnswer) => parentPort?.postMessage(message);

parentPort?.on('message', (request: HashRequest) => {
  if (request.kind === 'follow') runs.set(request.run, begin(request));
  else if (request.kind === 'cancel') runs.delete(request.run);
  else runs.get(request.run)?.todo.push(request);
  schedule();
});

function begin({ run, path, gitBlobBytes }: Extract<HashRequest, { kind: 'follow' }>): Run {
  const gitSha1 = gitBlobBytes === null ? null : createHash('sha1');
  gitSha1?.update(`blob ${gitBlobBytes}\0`);
  return {
    id: run,
    path,
    sha256: createHash('sha256'),
    gitSha1,
    position: 0,
    reported: 0,
    todo: [],
  };
}

function schedule() {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    const busy = [...runs.values()].filter((run) => run.todo.length > 0);
    for (const run of busy) work(run);
    if (busy.some((run) => run.todo.length > 0)) schedule();
  });
}

/** One step of one run: a chunk, a slice of a gap, or the end. */
function work(run: Run) {
  const next = run.todo[0];
  if (!next) return;
  try {
    const target = next.kind === 'push' ? next.offset : next.length;
    if (run.position < target) readSlice(run, target);
    else if (next.kind === 'push') takeChunk(run, next);
    else finish(run);
  } catch (error) {
    runs.delete(run.id);
    answer({ kind: 'failed', run: run.id, ...describeFailure(error) });
  }
}

function describeFailure(error: unknown) {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error ? String(error.code) : 'UNKNOWN';
  return { code, message: error.message };
}

function readSlice(run: Run, target: number) {
  const file = openSync(run.path, 'r');
  try {
    const end = Math.min(target, run.position + SLICE_BYTES);
    while (run.position < end) {
      const wanted = Math.min(BLOCK_BYTES, end - run.position);
      const count = readSync(file, block, 0, wanted, run.position);
      if (count === 0) throw new Error(`the file ends at ${run.position}, before ${target}`);
      update(run, block.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
  report(run);
}

function takeChunk(run: Run, { offset, chunk }: Extract<HashRequest, { kind: 'push' }>) {
  run.todo.shift();
  update(run, chunk.subarray(run.position - offset));
  if (run.todo.length === 0 || run.position - run.reported >= REPORT_BYTES) report(run);
}

function update(run: Run, bytes: Uint8Array) {
  run.sha256.update(bytes);
  run.gitSha1?.update(bytes);
  run.position += bytes.byteLength;
}

function report(run: Run) {
  run.reported = run.position;
  const queued = run.todo.reduce(
    (sum, entry) => sum + (entry.kind === 'push' ? entry.chunk.byteLength : 0),
    0,
  );
  answer({ kind: 'progress', run: run.id, hashedBytes: run.position, queuedBytes: queued });
}

function finish(run: Run) {
  runs.delete(run.id);
  const gitSha1 = run.gitSha1?.digest('hex') ?? null;
  answer({ kind: 'finished', run: run.id, sha256: run.sha256.digest('hex'), gitSha1 });
}
