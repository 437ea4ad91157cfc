import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { scanForViruses } from '../../../src-main/platform/antivirus.ts';
import { temporaryFolder } from '../../support/folders.ts';

const MARK = 'a-mark-that-is-looked-for';

interface Daemon {
  /** It may not read the files of others. */
  readonly isLocked?: boolean;
}

/** Speaks as clamd does, and finds one mark. */
async function startDaemon(file: string, { isLocked = false }: Daemon = {}) {
  const socket = path.join(path.dirname(file), 'clamd.ctl');
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    let received = Buffer.alloc(0);
    connection.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      const answer = answerTo(received, file, isLocked);
      if (answer !== null) connection.end(`${answer}\0`);
    });
    connection.on('error', () => {});
  });
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return socket;
}

function answerTo(received: Buffer, file: string, isLocked: boolean): string | null {
  const text = received.toString('latin1');
  if (text.startsWith('zSCAN ')) {
    if (!text.endsWith('\0')) return null;
    return isLocked ? `${file}: Access denied. ERROR` : `${file}: OK`;
  }
  const isWhole = received.subarray(-4).equals(Buffer.alloc(4));
  if (!isWhole) return null;
  return text.includes(MARK) ? 'stream: Test.Mark FOUND' : 'stream: OK';
}

async function fileWith(content: string) {
  const file = path.join(await temporaryFolder(), 'model.bin');
  await writeFile(file, content);
  return file;
}

it('a daemon that can read the file says whether it is clean', async () => {
  const file = await fileWith('weights');
  expect(await scanForViruses(file, [await startDaemon(file)])).toEqual({ kind: 'clean' });
});

it('what the daemon may not read is streamed to it', async () => {
  const file = await fileWith(`${'x'.repeat(200_000)}${MARK}`);
  const socket = await startDaemon(file, { isLocked: true });
  expect(await scanForViruses(file, [socket])).toEqual({ kind: 'found', name: 'Test.Mark' });
});

it('without a daemon nothing is said', async () => {
  const file = await fileWith('weights');
  const nowhere = path.join(path.dirname(file), 'nobody.ctl');
  expect(await scanForViruses(file, [nowhere])).toMatchObject({ kind: 'unknown' });
});

it('a daemon that hangs up says nothing', async () => {
  const file = await fileWith('weights');
  const socket = path.join(path.dirname(file), 'clamd.ctl');
  const server = createServer((connection: Socket) => connection.destroy());
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  expect(await scanForViruses(file, [socket])).toMatchObject({ kind: 'unknown' });
});
