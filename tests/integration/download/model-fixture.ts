/** Models of the local hub for tests of downloads, and what has to hold once they have arrived. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'vitest';
import { type HubContent, syntheticContent } from '../../hub/content.ts';
import type { Hub } from '../../hub/hub.ts';
import type { HubFile, HubRepository } from '../../hub/repository.ts';
import type { RequestRecord } from '../../hub/request-log.ts';
import { type EngineRigOptions, startEngine, startHubForTest } from '../../support/engine-rig.ts';

export const MiB = 2 ** 20;
export const REPOSITORY = 'maker/model';
export const REF = `hf:${REPOSITORY}`;
export const WEIGHTS = 'weights.gguf';
/** Pattern of the hub's log and faults. */
export const WEIGHTS_PATTERN = `**/${WEIGHTS}`;

export function modelOf(...files: readonly HubFile[]): HubRepository {
  return { id: REPOSITORY, commits: [{ files }] };
}

/** A hub with one model of one large file, and an engine. */
export async function weightsRig(sizeBytes: number, options: Partial<EngineRigOptions> = {}) {
  const weights = syntheticContent({ sizeBytes, seed: sizeBytes });
  const repositories = [modelOf({ path: WEIGHTS, content: weights })];
  const hub = await startHubForTest({ repositories, ...options });
  return { hub, weights, ...(await startEngine(hub, options)) };
}

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export const installedPath = (folder: string, name = WEIGHTS) =>
  path.join(folder, REPOSITORY, name);

export async function expectInstalled(folder: string, content: HubContent, name = WEIGHTS) {
  expect(await digestOf(installedPath(folder, name))).toBe(await content.sha256());
  expect(await readdir(path.join(folder, '.larder', 'downloads'))).toEqual([]);
}

/** Requests for bytes of large files, oldest first. */
export const deliveries = ({ log }: Hub): RequestRecord[] =>
  log.filter(({ origin, method }) => origin === 'cdn' && method === 'GET');

/** Questions where a file lies, oldest first. */
export const resolves = ({ log }: Hub, name = WEIGHTS): RequestRecord[] =>
  log.filter(({ origin, path: asked }) => origin === 'hub' && asked.endsWith(name));

export const wireBytes = (hub: Hub) => hub.bytesSent(({ origin }) => origin === 'cdn');

/** The files of a folder, relative to it, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
