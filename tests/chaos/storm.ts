/**
 * One storm: the engine in a process of its own downloads a model from a hub full of faults, is killed,
 * paused and stopped at random bytes, and finds its journal torn and its disk lying in between. Whatever
 * happens, the model has to be there in the end, right, without much having been fetched twice.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bytesContent, type HubContent, syntheticContent } from '../hub/content.ts';
import { type Hub, startHub } from '../hub/hub.ts';
import type { ChildOptions } from '../support/engine-child.ts';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.ts';
import { lie, tear } from './storm-damage.ts';
import {
  allowedCodes,
  type Blow,
  planStorm,
  refetchAllowance,
  type StormPlan,
} from './storm-plan.ts';

export interface StormReport {
  readonly seed: number;
  /** What did not hold; empty when all did. */
  readonly problems: readonly string[];
  readonly faults: number;
  readonly kills: number;
  readonly blows: number;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly ms: number;
}

const TOKEN = 'hf_stormysecrettoken';
const SECRETS = /stormysecret|Signature=|X-Amz-|Key-Pair-Id|Bearer /;
const ID = 'storm/model';
const REF = `hf:${ID}`;
const WEIGHTS = 'weights.gguf';
const PATTERN = `**/${WEIGHTS}`;
/** A storm that takes longer hangs. */
const LIMIT_MS = 60_000;

/** @param child the bundled engine, see `bundleEngineChild` */
export async function runStorm(child: string, seed: number): Promise<StormReport> {
  const plan = planStorm(seed);
  const startedAt = performance.now();
  const home = await mkdtemp(path.join(tmpdir(), 'larder-storm-'));
  const files = filesOf(plan);
  const repositories = [
    {
      id: ID,
      private: true,
      commits: [{ files: [...files].map(([name, content]) => ({ path: name, content })) }],
    },
  ];
  const { signedUrlTtlMs } = plan;
  const tokens = { [TOKEN]: { user: 'storm' } };
  const hub = await startHub({ repositories, tokens, seed, signedUrlTtlMs });
  const storm = createStorm({ plan, hub, child, home, files });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), LIMIT_MS);
  });
  const problems: string[] = [];
  try {
    problems.push(...(await Promise.race([storm.run(), tooLong])));
  } catch (error) {
    problems.push(String(error));
  } finally {
    clearTimeout(timer);
    await storm.end();
    await hub.close();
    if (problems.length === 0) await rm(home, { recursive: true, force: true });
    else problems.push(`left in ${home}`);
  }
  const faults = hub.log.filter(({ fault }) => fault !== null).length;
  const sentBytes = hub.bytesSent(PATTERN);
  const { kills } = storm;
  const ms = performance.now() - startedAt;
  const blows = plan.blows.length;
  return {
    seed,
    problems,
    faults,
    kills: kills(),
    blows,
    sizeBytes: plan.sizeBytes,
    sentBytes,
    ms,
  };
}

function filesOf({ sizeBytes, smallFiles, seed }: StormPlan): Map<string, HubContent> {
  const files = new Map<string, HubContent>();
  files.set(WEIGHTS, syntheticContent({ sizeBytes, seed }));
  for (let index = 0; index < smallFiles; index += 1) {
    files.set(`part/config-${index}.json`, bytesContent(`{"seed":${seed},"index":${index}}`));
  }
  return files;
}

interface Storm {
  readonly plan: StormPlan;
  readonly hub: Hub;
  readonly child: string;
  readonly home: string;
  readonly files: ReadonlyMap<string, HubContent>;
}

function createStorm({ plan, hub, child, home, files }: Storm) {
  const folder = path.join(home, 'library');
  const options: ChildOptions = {
    folder,
    hubUrl: hub.url,
    token: TOKEN,
    way: plan.way,
    connections: plan.connections,
    attempts: 8,
    stallTimeoutMs: 400,
    queueFile: path.join(home, 'queue.json'),
    saidFile: path.join(home, 'said.log'),
  };
  let engine: EngineProcess | undefined;
  let kills = 0;
  const start = async () => {
    engine = await startEngineProcess(child, options);
    return engine;
  };
  const settled = (running: EngineProcess) =>
    running.until(({ state }) => state === 'done' || state === 'failed');

  async function strike(running: EngineProcess, blow: Blow): Promise<EngineProcess> {
    if (blow.kind === 'expire') hub.expireSignedUrls();
    else if (blow.kind === 'pause') {
      // It may have come to its end meanwhile.
      await running.ask({ command: 'pause', id: REF }).then(
        () => running.ask({ command: 'resume', id: REF }),
        () => undefined,
      );
    } else if (blow.kind === 'stop') {
      await running.stop();
      return start();
    } else {
      kills += 1;
      await running.kill();
      if (blow.kind === 'torn-journal') await tear(folder, blow);
      if (blow.kind === 'lying-disk') await lie(folder, blow.share, plan.sizeBytes);
      return start();
    }
    return running;
  }

  async function run(): Promise<string[]> {
    hub.setRates({ totalBytesPerSecond: plan.totalBytesPerSecond });
    let running = await start();
    await running.ask({ command: 'fetch', ref: REF });
    hub.setFaults(PATTERN, plan.faults);
    for (const { afterBytes, ...blow } of plan.blows) {
      const sent = hub.bytesSent(PATTERN);
      const isOver = settled(running).then(
        () => true,
        () => true,
      );
      const isTime = hub.until(() => hub.bytesSent(PATTERN) >= sent + afterBytes).then(() => false);
      if (await Promise.race([isOver, isTime])) break;
      running = await strike(running, blow);
    }
    const problems: string[] = [];
    let { state, code } = await settled(running);
    if (state === 'failed') {
      if (!allowedCodes(plan).has(code ?? '')) problems.push(`failed with ${code}`);
      hub.clearFaults();
      const later = running.until((news) => news.state === 'running');
      await running.ask({ command: 'retry', id: REF });
      await later;
      ({ state, code } = await running.until(
        (news) => news.state === 'done' || news.state === 'failed',
      ));
      if (state !== 'done') problems.push(`without faults it still failed, with ${code}`);
    }
    await running.stop();
    return [...problems, ...(await judge({ plan, hub, home, folder, files }))];
  }

  return { run, kills: () => kills, end: async () => engine?.kill() };
}

async function judge({
  plan,
  hub,
  home,
  folder,
  files,
}: Omit<Storm, 'child'> & { folder: string }) {
  const problems: string[] = [];
  for (const [name, content] of files) {
    const place = path.join(folder, ID, name);
    const bytes = await readFile(place).catch(() => null);
    const digest = bytes && createHash('sha256').update(bytes).digest('hex');
    if (digest !== (await content.sha256()))
      problems.push(`${name} is ${bytes ? 'wrong' : 'not there'}`);
  }
  const allowed = plan.sizeBytes + refetchAllowance(plan);
  const sent = hub.bytesSent(PATTERN);
  if (sent > allowed) problems.push(`${sent} bytes were sent, ${allowed} are allowed`);
  if (hub.leaks.length > 0) problems.push('the token went to the second origin');
  const left = (await readdir(home, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(home, path.join(entry.parentPath, entry.name)));
  for (const name of left) {
    const base = path.relative(path.join('library', ID), name);
    if (!files.has(base) && !EXPECTED.test(name)) problems.push(`${name} was left behind`);
    if (files.has(base) || name.includes('quarantine')) continue;
    const secret = SECRETS.exec(await readFile(path.join(home, name), 'latin1'))?.[0];
    if (secret) problems.push(`${name} holds ${secret}`);
  }
  if (existsSync(path.join(folder, '.larder', 'lock'))) problems.push('the lock was left behind');
  return problems;
}

const EXPECTED =
  /^(queue\.json|said\.log|library\/\.larder\/(library\.json|manifests\/[^/]+\.json|quarantine\/[^/]+\.part))$/;
