import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { groupsOf, speedWords, waitingWords } from '../../../src-renderer/format/requests.ts';
import { textOfAnswer } from '../../../src-renderer/format/whole-answer.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aModel, anEvent } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { aRequest, CANCELLED, DONE, RUNNING, WAITING } from './support/generation-builders.ts';
import { renderApp } from './support/render-app.tsx';

type Answers = NonNullable<Parameters<typeof createFakeBridge>[0]>;

const openButton = () =>
  within(screen.getByRole('navigation')).getByRole('button', { name: /^Requests/ });

async function openRequests(answers: Answers = {}) {
  const bridge = createFakeBridge({ 'models.list': () => ({ items: [aModel()] }), ...answers });
  const { stores } = renderApp(bridge);
  await waitFor(() => expect(stores.requests.getState().requests.status).not.toBe('loading'));
  fireEvent.click(openButton());
  return { bridge, stores };
}

describe('the list of requests', () => {
  it('says what it is for while there are none, and what it never shows', async () => {
    const { stores } = await openRequests();
    await screen.findByText('No requests yet');
    expect(screen.getByText(/What was asked is never listed/)).toBeTruthy();
    fireEvent.click(screen.getAllByRole('button', { name: 'Try it' }).at(-1)!);
    expect(stores.navigation.getState().screen).toBe('try');
  });

  it('R4.3 lets what waits go sooner, or be given up', async () => {
    const waiting = aRequest({ state: WAITING, app: 'Zed', modelId: null, strategy: null });
    const { bridge } = await openRequests({
      'requests.list': () => ({ items: [waiting] }),
      'requests.prioritize': ({ priority }) => ({ ...waiting, priority }),
      'requests.cancel': () => aRequest({ state: CANCELLED, app: 'Zed' }),
    });
    const row = await screen.findByRole('group', { name: 'Request to Tiny Chat Q4_K_M' });
    expect(row.textContent).toContain('Number 2 in line · 1.20 GB of 4.00 GB · about 3 min left');
    expect(row.textContent).toContain('Chat · from Zed');
    expect(openButton().textContent).toContain('1');
    fireEvent.click(within(row).getByRole('button', { name: /go sooner$/ }));
    await within(row).findByText('Goes before others');
    fireEvent.click(within(row).getByRole('button', { name: /^Cancel the request/ }));
    await screen.findByRole('cell', { name: 'Cancelled' });
    expect(bridge.inputsOf('requests.prioritize')).toEqual([{ id: 'r1', priority: 1 }]);
    expect(bridge.inputsOf('requests.cancel')).toEqual([{ id: 'r1' }]);
  });

  it('follows a request while it runs, to its end', async () => {
    const { bridge } = await openRequests({ 'requests.list': () => ({ items: [aRequest()] }) });
    const row = await screen.findByRole('group', { name: 'Request to Tiny Chat Q4_K_M' });
    expect(row.textContent).toContain('12 tokens · 42.3 tokens/s');
    expect(within(row).getByRole('button', { name: /^Stop the request/ })).toBeTruthy();
    const done = aRequest({ state: DONE, strategy: 'alternative', requestedId: 'hf:acme/big' });
    bridge.emit(anEvent(1, 'request.state', { requestId: 'r1', request: done }));
    const ended = await screen.findByRole('row', { name: /^hf:acme\/big/ });
    expect(ended.textContent).toContain('Tiny Chat Q4_K_M');
    expect(ended.textContent).toContain('Another model3.2 s41.5 tokens/s');
    bridge.emit(anEvent(2, 'request.state', { requestId: 'r1', request: null }));
    await screen.findByText('No requests yet');
  });

  it('R4.3 shows an answer that outlived its conversation, of its own window only', async () => {
    const own = aRequest({ state: DONE });
    const content = 'It arrived over **night**.';
    const { bridge } = await openRequests({
      'requests.list': () => ({ items: [own, aRequest({ id: 'r2', state: DONE, app: 'Zed' })] }),
      'requests.get': () => ({ request: own, answer: { choices: [{ message: { content } }] } }),
    });
    const buttons = await screen.findAllByRole('button', { name: /^Show the answer/ });
    expect(buttons).toHaveLength(1);
    fireEvent.click(buttons[0]!);
    const dialog = await screen.findByRole('dialog', { name: 'Answer of Tiny Chat Q4_K_M' });
    await within(dialog).findByText(content);
    expect(bridge.inputsOf('requests.get')).toEqual([{ id: 'r1' }]);
  });

  it('says why one failed', async () => {
    const error = toErrorReport(
      new AppError('MEMORY_SHORT', { model: 'Tiny', neededBytes: 10 ** 10, freeBytes: 10 ** 9 }),
    );
    const state = { kind: 'failed', endedAt: '2026-01-10T09:00:00.000Z', error } as const;
    await openRequests({ 'requests.list': () => ({ items: [aRequest({ state })] }) });
    const cell = await screen.findByText('Not enough memory');
    expect(cell.title).toBe(error.detail);
  });

  it('can be asked for again when it could not be read', async () => {
    let broken = true;
    await openRequests({
      'requests.list': () => {
        if (broken) throw new AppError('QUEUE_FULL', { limit: 1 });
        return { items: [] };
      },
    });
    await screen.findByText('Too many requests wait');
    broken = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('No requests yet');
  });
});

describe('words about requests', () => {
  it('find the text of an answer, where there is one', () => {
    expect(textOfAnswer({ choices: [{ text: 'Once' }] })).toBe('Once');
    expect(textOfAnswer({ choices: [] })).toBeNull();
    expect(textOfAnswer(null)).toBeNull();
  });

  it('tell only what is known of a wait', () => {
    const nothing = { kind: 'waiting', downloadedBytes: 0, totalBytes: 0, etaMs: null } as const;
    expect(waitingWords({ ...nothing, position: 1 })).toBe('Next in line');
    expect(waitingWords({ ...WAITING, etaMs: null })).toBe('Number 2 in line · 1.20 GB of 4.00 GB');
  });

  it.each([
    [null, ''],
    [0, ''],
    [8.04, '8.0 tokens/s'],
    [123.4, '123 tokens/s'],
  ])('a speed of %s is “%s”', (speed, words) => {
    expect(speedWords(speed)).toBe(words);
  });

  it('put the next one first, and the latest end', () => {
    const requests = [
      aRequest({ id: 'third', state: { ...WAITING, position: 3 } }),
      aRequest({ id: 'old', state: { ...DONE, endedAt: '2026-01-10T08:00:00.000Z' } }),
      aRequest({ id: 'next', state: { ...WAITING, position: 1 } }),
      aRequest({ id: 'new', state: CANCELLED }),
      aRequest({ id: 'runs', state: RUNNING }),
    ];
    const groups = groupsOf(requests);
    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
    expect(ids(groups.running)).toEqual(['runs']);
    expect(ids(groups.waiting)).toEqual(['next', 'third']);
    expect(ids(groups.ended)).toEqual(['new', 'old']);
  });
});
