/**
 * Digests of growing files, and CRC-32 of spans. A run chases its file: it reads what was just written,
 * while it still is in the page cache. All jobs advance in turn by slices, so that a large file does not
 * hold up the others.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';

interface ByteSpan {
  readonly from: number;
  readonly to: number;
}

export type HashRequest =
  | { kind: 'follow'; job: number; path: string; gitBlobBytes: number | null }
  /** The first `length` bytes are there. */
  | { kind: 'advance'; job: number; length: number }
  | { kind: 'finish'; job: number; length: number }
  | { kind: 'cancel'; job: number }
  | { kind: 'checksums'; job: number; path: string; spans: readonly ByteSpan[] };

export type HashAnswer =
  | { kind: 'progress'; job: number; hashedBytes: number }
  | { kind: 'finished'; job: number; sha256: string; gitSha1: string | null }
  | { kind: 'checked'; job: number; checksums: (number | null)[] }
  | { kind: 'failed'; job: number; code: string; message: string };

/** Pages are copied several times faster when the buffer does not start on a page boundary. */
const PAD_BYTES = 1024;
const BLOCK_BYTES = 2 ** 20;
const SLICE_BYTES = 8 * 2 ** 20;
const REPORT_BYTES = 4 * 2 ** 20;
const block = Buffer.alloc(BLOCK_BYTES + PAD_BYTES).subarray(PAD_BYTES);

interface Job {
  hasWork(): boolean;
  /** Works on one slice. @returns whether the job is done */
  step(): boolean;
  close(): void;
}

interface Run extends Job {
  advance(length: number): void;
  finish(length: number): void;
}

const runs = new Map<number, Run>();
const checks = new Map<number, Job>();
let isScheduled = false;

const answer = (message: HashAnswer) => parentPort?.postMessage(message);

parentPort?.on('message', (request: HashRequest) => {
  const { job } = request;
  if (request.kind === 'follow') runs.set(job, createRun(request));
  else if (request.kind === 'checksums') checks.set(job, createCheck(request));
  else if (request.kind === 'advance') runs.get(job)?.advance(request.length);
  else if (request.kind === 'finish') runs.get(job)?.finish(request.length);
  else drop(runs, job);
  schedule();
});

function drop(jobs: Map<number, Job>, id: number) {
  jobs.get(id)?.close();
  jobs.delete(id);
}

/** One slice of each job, then whatever messages came meanwhile. */
function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    for (const jobs of [runs, checks]) {
      for (const [id, job] of jobs) if (job.hasWork()) work(jobs, id, job);
    }
    if ([...runs.values(), ...checks.values()].some((job) => job.hasWork())) schedule();
  });
}

function work(jobs: Map<number, Job>, id: number, job: Job) {
  try {
    if (job.step()) drop(jobs, id);
  } catch (error) {
    drop(jobs, id);
    answer({ kind: 'failed', job: id, ...describeFailure(error) });
  }
}

function describeFailure(error: unknown) {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error ? String(error.code) : 'UNKNOWN';
  return { code, message: error.message };
}

/** A file that is opened when it is first read. */
function createReader(path: string) {
  let file: number | undefined;
  return {
    /** @returns a block of `[from, to)`, empty at the end of the file; overwritten by the next read of any */
    read: (from: number, to: number): Buffer => {
      file ??= openSync(path, 'r');
      const count = readSync(file, block, 0, Math.min(BLOCK_BYTES, to - from), from);
      return block.subarray(0, count);
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function createRun({ job, path, gitBlobBytes }: Extract<HashRequest, { kind: 'follow' }>): Run {
  const reader = createReader(path);
  const sha256 = createHash('sha256');
  const gitSha1 = gitBlobBytes === null ? null : createHash('sha1');
  gitSha1?.update(`blob ${gitBlobBytes}\0`);
  let position = 0;
  let reported = 0;
  let target = 0;
  let isLast = false;

  function readSlice() {
    const end = Math.min(target, position + SLICE_BYTES);
    while (position < end) {
      const bytes = reader.read(position, end);
      if (bytes.byteLength === 0) {
        throw new Error(`the file ends at ${position}, before ${target}`);
      }
      sha256.update(bytes);
      gitSha1?.update(bytes);
      position += bytes.byteLength;
    }
  }

  function report() {
    const isDue = position - reported >= REPORT_BYTES || position === target;
    if (!isDue || position === reported) return;
    reported = position;
    answer({ kind: 'progress', job, hashedBytes: position });
  }

  return {
    advance: (length) => {
      target = Math.max(target, length);
    },
    finish: (length) => {
      target = length;
      isLast = true;
    },
    hasWork: () => position < target || isLast,
    step: () => {
      readSlice();
      report();
      if (!isLast || position < target) return false;
      const git = gitSha1?.digest('hex') ?? null;
      answer({ kind: 'finished', job, sha256: sha256.digest('hex'), gitSha1: git });
      return true;
    },
    close: reader.close,
  };
}

function createCheck({ job, path, spans }: Extract<HashRequest, { kind: 'checksums' }>): Job {
  const reader = createReader(path);
  const checksums: (number | null)[] = [];
  let position = spans[0]?.from ?? 0;
  let value = 0;

  function end(checksum: number | null) {
    checksums.push(checksum);
    position = spans[checksums.length]?.from ?? 0;
    value = 0;
  }

  return {
    hasWork: () => true,
    step: () => {
      for (let left = SLICE_BYTES; left > 0; ) {
        const span = spans[checksums.length];
        if (!span) break;
        if (position >= span.to) {
          end(value);
          continue;
        }
        const bytes = reader.read(position, Math.min(span.to, position + left));
        if (bytes.byteLength === 0) {
          end(null);
          continue;
        }
        value = crc32(bytes, value);
        position += bytes.byteLength;
        left -= bytes.byteLength;
      }
      if (checksums.length < spans.length) return false;
      answer({ kind: 'checked', job, checksums });
      return true;
    },
    close: reader.close,
  };
}
