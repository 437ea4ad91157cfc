/**
 * Shows files to the ClamAV daemon of this computer, where it runs. The daemon reads the file itself; what it may
 * not read is streamed to it, as far as it takes.
 * @see https://docs.clamav.net/manual/Usage/Scanning.html#clamd, clamd(8): SCAN, INSTREAM
 */
import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type AntivirusVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly name: string }
  /** Not running, or it could not look at the file. */
  | { readonly kind: 'unknown'; readonly problem: string };

/** Where distributions put its socket. */
export const CLAMD_SOCKETS: readonly string[] = [
  '/run/clamav/clamd.ctl',
  '/var/run/clamav/clamd.ctl',
  '/run/clamd.scan/clamd.sock',
  '/tmp/clamd.socket',
];

/** As its default `StreamMaxLength` was for long. */
const STREAM_BYTES = 25 * 2 ** 20;
const CHUNK_BYTES = 64 * 1024;
const SILENCE_MS = 120_000;

export async function scanForViruses(
  path: string,
  sockets: readonly string[] = CLAMD_SOCKETS,
): Promise<AntivirusVerdict> {
  let problem = 'ClamAV does not run';
  for (const socket of sockets) {
    const scanned = await ask(socket, (connection) => connection.write(`zSCAN ${path}\0`));
    if (scanned === null) continue;
    const verdict = readAnswer(scanned);
    if (verdict.kind !== 'unknown') return verdict;
    const streamed = await ask(socket, (connection) => stream(path, connection));
    if (streamed !== null) return readAnswer(streamed);
    problem = verdict.problem;
  }
  return { kind: 'unknown', problem };
}

/** @returns what was answered, `null` when nobody did */
async function ask(socket: string, send: (connection: Socket) => void): Promise<string | null> {
  const connection = connect(socket);
  connection.setTimeout(SILENCE_MS, () => connection.destroy());
  connection.once('connect', () => send(connection));
  const answer = await buffer(connection).catch(() => null);
  return answer && answer.byteLength > 0 ? answer.toString('latin1') : null;
}

/** Chunks, each after its length; none of no length but the last. */
function stream(path: string, connection: Socket): void {
  const end = STREAM_BYTES - 1;
  const file = createReadStream(path, { end, highWaterMark: CHUNK_BYTES });
  connection.write('zINSTREAM\0');
  file.on('data', (chunk) => {
    connection.write(lengthOf(chunk.length));
    if (!connection.write(chunk)) file.pause();
  });
  connection.on('drain', () => file.resume());
  file.on('end', () => connection.write(lengthOf(0)));
  file.on('error', (error) => connection.destroy(error));
}

function lengthOf(count: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(count);
  return length;
}

/** `stream: OK`, `/a/b: Name FOUND`, `/a/b: lstat() failed: Permission denied. ERROR`. */
function readAnswer(answer: string): AntivirusVerdict {
  const text = (answer.split('\0')[0] ?? '').trim();
  if (/: OK$/.test(text)) return { kind: 'clean' };
  const [, name] = /: (.+) FOUND$/.exec(text) ?? [];
  return name === undefined ? { kind: 'unknown', problem: text } : { kind: 'found', name };
}
