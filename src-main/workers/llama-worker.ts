/** The process of one loaded model: takes orders, sends back what comes of them. Ends with the process that made it. */

import type { Delta } from '../engines/generation/ports.ts';
import type { LlamaEngine } from '../runtimes/llama/inside/engine.ts';
import { JobFailure } from '../runtimes/llama/inside/job.ts';
import { loadWithoutTrial } from '../runtimes/llama/inside/without-trial.ts';
import type { Failure, FromRuntime, ToRuntime } from '../runtimes/llama/protocol.ts';

interface Line {
  send(message: FromRuntime): void;
  listen(hear: (message: ToRuntime) => void): void;
}

/** Electron gives its utility processes a port; a child of Node has a channel. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', hear: (event: { data: unknown }) => void): void;
}

function openLine(): Line {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      listen: (hear) => parentPort.on('message', ({ data }) => hear(data as ToRuntime)),
    };
  }
  process.on('disconnect', () => process.exit(0));
  return {
    send: (message) => process.send?.(message),
    listen: (hear) => process.on('message', (message) => hear(message as ToRuntime)),
  };
}

const line = openLine();
const running = new Map<number, AbortController>();
let engine: LlamaEngine | undefined;

async function carryOut(
  order: Exclude<ToRuntime, { type: 'abort' }>,
  signal: AbortSignal,
): Promise<FromRuntime> {
  const { id } = order;
  if (order.type === 'load') {
    loadWithoutTrial();
    const { loadEngine } = await import('../runtimes/llama/inside/engine.ts');
    engine = await loadEngine(order.order);
    return { type: 'loaded', id, loaded: engine.loaded };
  }
  if (!engine) throw new Error('no model is loaded');
  if (order.type === 'embed') {
    return { type: 'embedded', id, ...(await engine.embed(order.texts, signal)) };
  }
  const run = {
    signal,
    onDelta: (delta: Delta) => line.send({ type: 'delta', id, delta }),
  };
  const generated =
    order.type === 'chat'
      ? await engine.chat(order.body, run)
      : await engine.complete(order.body, run);
  return { type: 'generated', id, generated };
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof JobFailure) return error.failure;
  if (signal.aborted) return { kind: 'aborted' };
  return { kind: 'other', problem: error instanceof Error ? error.message : String(error) };
}

line.listen((order) => {
  if (order.type === 'abort') return running.get(order.id)?.abort();
  const controller = new AbortController();
  running.set(order.id, controller);
  void carryOut(order, controller.signal)
    .catch(
      (error: unknown): FromRuntime => ({
        type: 'failed',
        id: order.id,
        failure: failureOf(error, controller.signal),
      }),
    )
    .then((answer) => {
      running.delete(order.id);
      line.send(answer);
    });
});
