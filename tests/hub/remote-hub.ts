import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { HubCommand } from './hub-command.ts';
import type { HubGreeting, HubReply } from './serve.ts';

/** A hub in another process, steered over its standard streams. */
export interface RemoteHub extends HubGreeting {
  /** @throws Error when the hub could not do it, or has gone */
  send(command: HubCommand): Promise<unknown>;
}

/** Resolves once the hub has told its addresses. The caller owns the process. */
export async function connectRemoteHub(streams: {
  readonly stdin: Writable;
  readonly stdout: Readable;
}): Promise<RemoteHub> {
  const lines = createInterface({ input: streams.stdout });
  const waiting = new Map<number, (reply: HubReply) => void>();
  let sent = 0;
  const greeting = await new Promise<HubGreeting>((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as HubGreeting));
    lines.once('close', () => reject(new Error('the hub ended before it told its address')));
  });
  lines.on('line', (line) => {
    const reply = JSON.parse(line) as HubReply;
    waiting.get(reply.id ?? 0)?.(reply);
    waiting.delete(reply.id ?? 0);
  });
  lines.once('close', () => {
    for (const answer of waiting.values()) answer({ ok: false, error: 'the hub has gone' });
  });
  return {
    ...greeting,
    send(command) {
      sent += 1;
      const id = sent;
      return new Promise((resolve, reject) => {
        waiting.set(id, (reply) =>
          reply.ok ? resolve(reply.result) : reject(new Error(reply.error)),
        );
        streams.stdin.write(`${JSON.stringify({ ...command, id })}\n`);
      });
    },
  };
}
