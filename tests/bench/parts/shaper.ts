/** A forwarder in a process of its own that makes loopback behave as the link of `shaper-link.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type Bottleneck, createBottleneck, createWindow, type LinkShape } from './shaper-link.ts';

const MODE = 'shaper';
const TICK_MS = 1;
const PACKET_BYTES = 16 * 1024;
/** Bytes taken from the server ahead of their turn, for each connection. */
const AHEAD_BYTES = 256 * 1024;

export interface Shaper {
  readonly url: string;
  close(): Promise<void>;
}

/** @param bench what this process runs: it is started once more as the forwarder */
export async function startShaper(bench: string, target: string, shape: LinkShape) {
  const port = new URL(target).port;
  const child = spawn(process.execPath, [bench, MODE, port, JSON.stringify(shape)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { url: `http://127.0.0.1:${line}`, close: () => end(child) } satisfies Shaper;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** @returns whether this process was started as the forwarder */
export function didRunShaper(): boolean {
  const [mode, port = '', shape = '{}'] = process.argv.slice(2);
  if (mode !== MODE) return false;
  serve(Number(port), JSON.parse(shape) as LinkShape);
  return true;
}

type Step = (now: number) => void;

function serve(targetPort: number, shape: LinkShape) {
  const bottleneck = createBottleneck(shape);
  const steps = new Set<Step>();
  const server = createServer({ noDelay: true }, (client) => {
    const step = forward(client, { targetPort, shape, bottleneck });
    steps.add(step);
    client.once('close', () => steps.delete(step));
  });
  let turn = 0;
  setInterval(() => {
    const now = performance.now();
    const all = [...steps];
    // Nobody is always the first at the bottleneck.
    turn += 1;
    for (let index = 0; index < all.length; index += 1) all[(index + turn) % all.length]?.(now);
  }, TICK_MS);
  server.listen(0, '127.0.0.1', () => {
    console.info((server.address() as AddressInfo).port);
  });
}

interface Path {
  readonly targetPort: number;
  readonly shape: LinkShape;
  readonly bottleneck: Bottleneck;
}

interface Timed {
  readonly at: number;
  readonly bytes: Buffer;
}

/** @returns what has to be done each tick */
function forward(client: Socket, { targetPort, shape, bottleneck }: Path): Step {
  const { roundTripMs } = shape;
  const oneWayMs = roundTripMs / 2;
  const window = createWindow(roundTripMs);
  const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
  const requests: Timed[] = [];
  const underWay: Timed[] = [];
  const acknowledgements: { at: number; count: number }[] = [];
  let ahead: Buffer[] = [];
  let aheadBytes = 0;
  let flyingBytes = 0;
  let arrivesAt = 0;
  let hasEnded = false;
  const drop = () => {
    client.destroy();
    upstream.destroy();
  };
  // The handshake takes a round trip before the first request can leave.
  const shakenAt = performance.now() + roundTripMs;
  client.on('data', (bytes) => {
    requests.push({ at: Math.max(shakenAt, performance.now()) + oneWayMs, bytes });
  });
  client.on('error', drop);
  client.on('close', drop);
  upstream.on('error', drop);
  upstream.on('end', () => {
    hasEnded = true;
  });
  upstream.on('data', (bytes) => {
    ahead.push(bytes);
    aheadBytes += bytes.byteLength;
    if (aheadBytes >= AHEAD_BYTES) upstream.pause();
  });

  function takePacket(): Buffer {
    const all = ahead.length === 1 ? (ahead[0] as Buffer) : Buffer.concat(ahead);
    const room = Math.max(1, Math.floor(window.bytes() - flyingBytes));
    const packet = all.subarray(0, Math.min(PACKET_BYTES, room));
    const rest = all.subarray(packet.byteLength);
    ahead = rest.byteLength > 0 ? [rest] : [];
    aheadBytes = rest.byteLength;
    if (aheadBytes < AHEAD_BYTES) upstream.resume();
    return packet;
  }

  function send(now: number): void {
    // A client that does not read fills its window.
    while (aheadBytes > 0 && flyingBytes + client.writableLength < window.bytes()) {
      const bytes = takePacket();
      const left = bottleneck.enter(bytes.byteLength, now);
      if (left === null) window.lost(now);
      const at = (left ?? now + roundTripMs + shape.queueMs) + oneWayMs;
      // In order: what follows a loss waits for it.
      arrivesAt = Math.max(arrivesAt, at);
      underWay.push({ at: arrivesAt, bytes });
      flyingBytes += bytes.byteLength;
      if (left === null) return;
    }
  }

  return (now) => {
    for (let next = requests[0]; next && next.at <= now; next = requests[0]) {
      upstream.write(next.bytes);
      requests.shift();
    }
    for (let next = underWay[0]; next && next.at <= now; next = underWay[0]) {
      client.write(next.bytes);
      acknowledgements.push({ at: now + oneWayMs, count: next.bytes.byteLength });
      underWay.shift();
    }
    for (let next = acknowledgements[0]; next && next.at <= now; next = acknowledgements[0]) {
      flyingBytes -= next.count;
      window.acknowledged(next.count, now);
      acknowledgements.shift();
    }
    send(now);
    if (hasEnded && aheadBytes === 0 && underWay.length === 0) client.end();
  };
}
