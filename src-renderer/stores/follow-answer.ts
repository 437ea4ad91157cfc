import { hasEnded } from '../../src-shared/domain/generation.ts';
import type { Client } from '../bridge/client.ts';
import { type Turn, withRequest } from '../format/turns.ts';

interface AnswerPorts {
  readonly call: Client;
  /** As for /v1/chat/completions. */
  readonly body: Readonly<Record<string, unknown>>;
  /** `undefined` once nobody wants the answer any more. */
  readonly turn: () => Turn | undefined;
  readonly change: (next: (turn: Turn) => Turn) => void;
}

/** How long one look for more text may wait. */
const WAIT_MS = 2_000;

/** Asks, and reads the answer as it grows, until it has ended or nobody wants it. */
export async function followAnswer(ports: AnswerPorts): Promise<void> {
  const { call, body, turn, change } = ports;
  const created = await call('requests.create', { kind: 'chat', body: { ...body } });
  if (!created.ok) {
    change((one) => ({ ...one, error: created.error }));
    await findSetup(ports);
    return;
  }
  const { id } = created.value;
  if (turn()?.isStopped ?? true) await call('requests.cancel', { id });
  change((one) => withRequest(one, created.value));
  await readAnswer(ports, id);
  if (turn()?.error) await findSetup(ports);
}

async function readAnswer({ call, turn, change }: AnswerPorts, id: string): Promise<void> {
  let from = 0;
  let isOpen = true;
  while (isOpen && turn()) {
    const answer = await call('requests.output', { id, from, waitMs: WAIT_MS });
    if (!answer.ok) {
      change((one) => ({ ...one, error: one.error ?? answer.error }));
      return;
    }
    const { request, text, next } = answer.value;
    from = next;
    isOpen = !hasEnded(request);
    change((one) => withRequest({ ...one, text: one.text + text }, request));
  }
}

/** Says what to do first, where nothing on this computer can answer. */
async function findSetup({ call, turn, change }: AnswerPorts): Promise<void> {
  const model = turn()?.model;
  if (model === undefined) return;
  const answer = await call('fallback.suggest', { modelId: model });
  if (answer.ok) change((one) => ({ ...one, setup: answer.value.setup }));
}
