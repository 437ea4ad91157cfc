import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startCore } from '../support/core-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { serve } from '../support/small-server.ts';

const weights = randomBytes(300_000);
const card = Buffer.from('# A card\n');
const COMMIT = 'c'.repeat(40);
const gitBlob = (bytes: Buffer) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

const TREE = [
  { type: 'file', path: 'README.md', size: card.length, oid: gitBlob(card) },
  {
    type: 'file',
    path: 'model.safetensors',
    size: weights.length,
    oid: 'a'.repeat(40),
    lfs: { oid: createHash('sha256').update(weights).digest('hex'), size: weights.length },
  },
];

/** As little of a hub as one can write in a page: no storage host, no commit header, no HEAD. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://hub');
  const json = (value: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.method === 'HEAD') response.writeHead(405).end();
  else if (pathname.includes('/tree/')) json(TREE);
  else if (pathname.startsWith('/api/models/')) json({ id: 'maker/plain', sha: COMMIT });
  else if (pathname.includes('/resolve/')) sendFile(pathname, request, response);
  else response.writeHead(404).end();
}

function sendFile(pathname: string, request: IncomingMessage, response: ServerResponse): void {
  const bytes = pathname.endsWith('README.md') ? card : weights;
  const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const ranged = request.headers.range !== undefined;
  response.writeHead(ranged ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': bytes.length - from,
    ...(ranged && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.end(bytes.subarray(from));
}

it('S1 a mirror that does only the least is enough: the digests decide', async () => {
  const userData = path.join(await temporaryFolder(), 'data');
  const core = await startCore({ userData, hubUrl: `${await serve(answer)}/` });
  const { id, folder } = await core.value('models.track', { ref: 'hf:maker/plain' });
  const ended = await core.untilDownload(
    ({ modelId, state }) => modelId === id && ['done', 'failed'].includes(state.kind),
  );
  expect(ended.state).toMatchObject({ kind: 'done' });
  expect((await readFile(path.join(folder, 'model.safetensors'))).equals(weights)).toBe(true);
});
