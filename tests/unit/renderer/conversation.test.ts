import { describe, expect, it, vi } from 'vitest';
import { createStores } from '../../../src-renderer/stores/create-stores.ts';
import type { RequestState } from '../../../src-shared/domain/generation.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { deferred } from './support/deferred.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import {
  aDecision,
  aRequest,
  CANCELLED,
  DONE,
  RUNNING,
  WAITING,
} from './support/generation-builders.ts';

type Answers = Parameters<typeof createFakeBridge>[0];
type Output = { readonly text: string; readonly state: RequestState };

/** A main process that hands out these pieces of an answer, one for each time it is asked. */
function answering(outputs: readonly Output[], answers: Answers = {}) {
  let asked = 0;
  let next = 0;
  const bridge = createFakeBridge({
    'requests.create': () => aRequest({ state: { ...WAITING, totalBytes: 0, etaMs: null } }),
    'requests.output': () => {
      const { text, state } = outputs[Math.min(asked++, outputs.length - 1)] ?? {
        text: '',
        state: DONE,
      };
      next += text.length;
      return { request: aRequest({ state }), text, next };
    },
    'requests.cancel': () => aRequest({ state: CANCELLED }),
    ...answers,
  });
  const stores = createStores(bridge.larder);
  const { conversation } = stores;
  conversation.getState().choose('hf:acme/tiny-chat-GGUF:Q4_K_M');
  return { bridge, conversation, last: () => conversation.getState().turns.at(-1) };
}

describe('the conversation of Try it', () => {
  it('reads an answer on from where it was until it has ended', async () => {
    const { bridge, conversation, last } = answering([
      { text: 'Hello', state: RUNNING },
      { text: ' world', state: DONE },
    ]);
    await conversation.getState().send('Greet me');
    expect(last()).toMatchObject({ text: 'Hello world', error: null, request: { state: DONE } });
    expect(bridge.inputsOf('requests.output')).toEqual([
      { id: 'r1', from: 0, waitMs: 2_000 },
      { id: 'r1', from: 5, waitMs: 2_000 },
    ]);
  });

  it('tells the model what was said before, and leaves placeholders out', async () => {
    let strategy: 'exact' | 'placeholder' = 'exact';
    const { bridge, conversation } = answering([], {
      'requests.output': () => ({
        request: aRequest({ state: DONE, strategy }),
        text: 'Yes',
        next: 3,
      }),
    });
    await conversation.getState().send('One');
    strategy = 'placeholder';
    await conversation.getState().send('Two');
    conversation.getState().allow('never');
    await conversation.getState().send('Three');
    expect(bridge.inputsOf('requests.create').at(-1)).toEqual({
      kind: 'chat',
      body: {
        model: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
        messages: [
          { role: 'user', content: 'One' },
          { role: 'assistant', content: 'Yes' },
          { role: 'user', content: 'Three' },
        ],
        larder: { fallback: 'never' },
      },
    });
  });

  it('R4.2 asks for the steps to take when nothing can answer', async () => {
    const error = { model: 'Tiny', why: 'it is not here' };
    const { conversation, last } = answering([], {
      'requests.create': () => {
        throw new AppError('MODEL_NOT_READY', error);
      },
      'fallback.suggest': () => aDecision({ setup: ['Download Tiny Chat, 2.00 GB.'] }),
    });
    await conversation.getState().send('Anyone?');
    expect(last()).toMatchObject({
      error: { code: 'MODEL_NOT_READY' },
      setup: ['Download Tiny Chat, 2.00 GB.'],
    });
  });

  it('stops what was not accepted yet, once it is', async () => {
    const created = deferred<ReturnType<typeof aRequest>>();
    const { bridge, conversation, last } = answering([{ text: '', state: CANCELLED }], {
      'requests.create': () => created.promise,
    });
    const sending = conversation.getState().send('Wait');
    await conversation.getState().stop(last()?.id ?? 0);
    expect(last()?.isStopped).toBe(true);
    created.resolve(aRequest());
    await sending;
    expect(bridge.inputsOf('requests.cancel')).toEqual([{ id: 'r1' }]);
    expect(last()?.request?.state.kind).toBe('cancelled');
  });

  it('stops reading when the conversation is cleared', async () => {
    const output = deferred<{
      request: ReturnType<typeof aRequest>;
      text: string;
      next: number;
    }>();
    const { bridge, conversation } = answering([], { 'requests.output': () => output.promise });
    const sending = conversation.getState().send('Go on');
    await vi.waitFor(() => expect(bridge.inputsOf('requests.output')).toHaveLength(1));
    conversation.getState().clear();
    output.resolve({ request: aRequest(), text: 'more', next: 4 });
    await sending;
    expect(bridge.inputsOf('requests.cancel')).toEqual([{ id: 'r1' }]);
    expect(bridge.inputsOf('requests.output')).toHaveLength(1);
    expect(conversation.getState().turns).toEqual([]);
  });

  it('leaves in the queue what waits for its model when the conversation is cleared', async () => {
    const output = deferred<{
      request: ReturnType<typeof aRequest>;
      text: string;
      next: number;
    }>();
    const { bridge, conversation } = answering([], {
      'requests.create': () => aRequest({ state: WAITING }),
      'requests.output': () => output.promise,
    });
    const sending = conversation.getState().send('Later');
    await vi.waitFor(() => expect(bridge.inputsOf('requests.output')).toHaveLength(1));
    conversation.getState().clear();
    output.resolve({ request: aRequest({ state: WAITING }), text: '', next: 0 });
    await sending;
    expect(bridge.inputsOf('requests.cancel')).toEqual([]);
  });

  it('does not go back to running when an older event comes after the end', async () => {
    const { conversation, last } = answering([{ text: 'Done', state: DONE }]);
    await conversation.getState().send('Now');
    conversation.getState().put(aRequest({ state: RUNNING }));
    expect(last()?.request?.state.kind).toBe('done');
  });
});
