/**
 * What the gateway adds to asking a model server directly, and how many it serves at once.
 * `npm run bench -- gateway [streams]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { etaRun } from './parts/eta-run.ts';
import { withFolders } from './parts/files.ts';
import { gatewayRun } from './parts/gateway-run.ts';
import { printFigures } from './parts/goals.ts';
import { median } from './parts/measure.ts';
import { serveModel } from './parts/model-server.ts';

const self = fileURLToPath(import.meta.url);
const ROUNDS = 7;
const ASKED = 40;
const STREAMS = Number(process.argv[2]) || 200;

interface Place {
  readonly url: string;
  readonly token?: string;
}

interface Exchange {
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly words: number;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** One streamed answer. @param everyMs pause between two words; 0 for none */
async function ask({ url, token }: Place, tokens: number, everyMs: number): Promise<Exchange> {
  const content = JSON.stringify({ tokens, everyMs });
  const body = JSON.stringify({
    model: 'bench',
    stream: true,
    messages: [{ role: 'user', content }],
  });
  const startedAt = performance.now();
  const request = http.request(`${url}/v1/chat/completions`, {
    agent,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  let firstMs = 0;
  let text = '';
  for await (const chunk of response) {
    if (firstMs === 0) firstMs = performance.now() - startedAt;
    text += String(chunk);
  }
  return { firstMs, wholeMs: performance.now() - startedAt, words: text.split('word ').length - 1 };
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--expose-gc', self, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

function linesOf(child: ChildProcess): () => Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null) await once(child, 'exit');
}

async function firstBytes(place: Place): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < ASKED; count += 1) times.push((await ask(place, 1, 0)).firstMs);
  return median(times);
}

const speedOf = ({ words, wholeMs, firstMs }: Exchange) =>
  ((words - 1) * 1000) / (wholeMs - firstMs);

async function compare(direct: Place, through: Place): Promise<void> {
  const added: number[] = [];
  const speeds: number[] = [];
  const flatOut: number[] = [];
  await firstBytes(through);
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = await firstBytes(direct);
    added.push((await firstBytes(through)) - alone);
    const paced = await ask(direct, 200, 10);
    speeds.push(speedOf(await ask(through, 200, 10)) / speedOf(paced));
    const fast = await ask(direct, 5_000, 0);
    flatOut.push(speedOf(await ask(through, 5_000, 0)) / speedOf(fast));
  }
  printFigures('The gateway against the server behind it, one stream', [
    { what: 'added to the first byte', values: added, unit: 'ms', most: 3 },
    { what: 'words per second, at 100 a second', values: speeds, unit: 'x', least: 0.98 },
    { what: 'words per second, as fast as the server can', values: flatOut, unit: 'x' },
  ]);
}

async function hold(
  gateway: ChildProcess,
  told: () => Promise<Record<string, unknown>>,
  through: Place,
) {
  const runs: { loopP99Ms: number; rssBytes: number; words: number }[] = [];
  for (let round = 0; round < 4; round += 1) {
    gateway.stdin?.write('measure\n');
    const answers = await Promise.all(Array.from({ length: STREAMS }, () => ask(through, 150, 50)));
    gateway.stdin?.write('tell\n');
    const facts = (await told()) as { loopP99Ms: number; rssBytes: number };
    runs.push({ ...facts, words: answers.reduce((sum, { words }) => sum + words, 0) });
  }
  const [first, ...others] = runs;
  const all = STREAMS * 150;
  printFigures(`${STREAMS} streams at once, 20 words a second each`, [
    {
      what: 'main thread of the gateway, p99',
      values: others.map((run) => run.loopP99Ms),
      unit: 'ms',
      most: 30,
    },
    {
      what: 'words that arrived',
      values: runs.map(({ words }) => words / all),
      unit: 'x',
      least: 1,
    },
    {
      what: 'memory after the last against after the first',
      values: [(runs.at(-1)?.rssBytes ?? 0) / (first?.rssBytes ?? 1)],
      unit: 'x',
      most: 1.15,
    },
  ]);
}

async function foretell(work: string): Promise<void> {
  const shares: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    shares.push(...(await etaRun(path.join(work, `eta-${round}`))).shares);
  }
  const off = shares.map((share) => Math.abs(share - 1)).sort((a, b) => a - b);
  printFigures('The time a waiting request is told, second half of a steady download', [
    { what: 'told against true', values: shares, unit: 'x' },
    {
      what: 'off by, at nine looks of ten',
      values: [off[Math.floor(off.length * 0.9)] ?? 1],
      unit: 'of it',
      most: 0.2,
    },
  ]);
}

async function main(): Promise<void> {
  await withFolders(async ({ work }) => {
    const server = start(['model-server']);
    const { url } = await linesOf(server)();
    const gateway = start(['gateway-run', path.join(work, 'data'), String(url)]);
    const told = linesOf(gateway);
    const place = await told();
    const through = { url: String(place.url), token: String(place.token) };
    try {
      await compare({ url: String(url) }, through);
      await hold(gateway, told, through);
      await foretell(work);
    } finally {
      agent.destroy();
      await end(gateway);
      await end(server);
    }
  });
}

const [run, folder = '', url = ''] = process.argv.slice(2);
if (run === 'model-server') await serveModel();
else if (run === 'gateway-run') await gatewayRun(folder, url);
else await main();
process.exit(0);
