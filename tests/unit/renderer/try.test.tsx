import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../src-shared/domain/generation.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aDownload, aModel, anEvent, aSettingsSnapshot } from './support/builders.ts';
import { deferred } from './support/deferred.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import {
  aDecision,
  aRequest,
  aRuntime,
  CANCELLED,
  DONE,
  RUNNING,
  theRuntimes,
  WAITING,
} from './support/generation-builders.ts';
import { renderApp } from './support/render-app.tsx';

type Answers = NonNullable<Parameters<typeof createFakeBridge>[0]>;
type Output = { readonly request: GenerationRequest; readonly text: string; readonly next: number };

const BIG = aModel({
  id: 'hf:acme/big-chat-GGUF:Q4_K_M',
  name: 'Big Chat',
  availability: 'missing',
  sentence: 'Nothing of it is here.',
});

async function openTry(answers: Answers = {}) {
  const bridge = createFakeBridge({
    'models.list': () => ({ items: [aModel(), BIG] }),
    'requests.create': () => aRequest(),
    ...answers,
  });
  const { stores } = renderApp(bridge);
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Try it' }));
  const question = await screen.findByRole('textbox', { name: 'Your question' });
  await waitFor(() => expect(stores.models.getState().models.status).toBe('ready'));
  return { bridge, stores, question };
}

/** Asks, and answers with what is given. */
async function ask(request: GenerationRequest, text = '', answers: Answers = {}) {
  const opened = await openTry({
    'requests.output': () => ({ request, text, next: text.length }),
    ...answers,
  });
  await screen.findByDisplayValue('Tiny Chat Q4_K_M');
  fireEvent.change(opened.question, { target: { value: 'Who are you?' } });
  fireEvent.keyDown(opened.question, { key: 'Enter' });
  return opened;
}

describe('Try it', () => {
  it('R2.4 shows the answer as it grows, how fast, and who gave it', async () => {
    const outputs = [deferred<Output>(), deferred<Output>()];
    let asked = 0;
    const { bridge } = await ask(aRequest(), '', {
      'requests.output': () => outputs[asked++]?.promise ?? outputs[1]!.promise,
    });
    outputs[0]!.resolve({ request: aRequest({ state: RUNNING }), text: 'I am ', next: 5 });
    const turn = await screen.findByRole('article', { name: 'Question 1' });
    await within(turn).findByText('I am');
    expect(within(turn).getByText('Who are you?')).toBeTruthy();
    expect(within(turn).getByText('Tiny Chat Q4_K_M · 12 tokens · 42.3 tokens/s')).toBeTruthy();
    expect(turn.getAttribute('aria-busy')).toBe('true');
    outputs[1]!.resolve({ request: aRequest({ state: DONE }), text: 'Tiny.', next: 10 });
    await within(turn).findByText('I am Tiny.');
    await within(turn).findByText(/120 tokens · 41.5 tokens\/s · first after 0.4 s/);
    expect(turn.getAttribute('aria-busy')).toBe('false');
    expect(within(turn).queryByRole('region')).toBeNull();
    expect(bridge.inputsOf('requests.create')).toMatchObject([
      { kind: 'chat', body: { messages: [{ role: 'user', content: 'Who are you?' }] } },
    ]);
  });

  it('stops with Escape, and sends nothing with Shift and Enter', async () => {
    const output = deferred<Output>();
    const { bridge, question } = await ask(aRequest(), '', {
      'requests.output': () => output.promise,
      'requests.cancel': () => aRequest({ state: CANCELLED }),
    });
    await screen.findByRole('button', { name: 'Stop' });
    await waitFor(() => expect(bridge.inputsOf('requests.output')).toHaveLength(1));
    fireEvent.keyDown(question, { key: 'Escape' });
    await screen.findByText('Stopped');
    expect(bridge.inputsOf('requests.cancel')).toEqual([{ id: 'r1' }]);
    fireEvent.change(question, { target: { value: 'More' } });
    fireEvent.keyDown(question, { key: 'Enter', shiftKey: true });
    expect(bridge.inputsOf('requests.create')).toHaveLength(1);
  });

  it('never makes an answer part of the page', async () => {
    await ask(aRequest({ state: DONE }), '<img src=x onerror=alert(1)>\n```html\n<b>x</b>\n```');
    await screen.findByText('<img src=x onerror=alert(1)>');
    expect(document.querySelector('article img, article b')).toBeNull();
    expect(screen.getByRole('figure', { name: 'Code: html' }).textContent).toContain('<b>x</b>');
  });

  it('R4.4 says that another model answered, and gets the real one', async () => {
    const coming = aModel({ ...BIG, activity: 'downloading', availability: 'partial' });
    const request = aRequest({ state: DONE, requestedId: BIG.id, strategy: 'alternative' });
    const { bridge } = await ask(request, 'Hi', {
      'models.ensure': () => ({ model: coming, etaMs: 122_000, waitedMs: 0 }),
    });
    const banner = await screen.findByRole('region', { name: 'Answered by Tiny Chat Q4_K_M' });
    expect(banner.textContent).toContain('You asked Big Chat Q4_K_M');
    fireEvent.click(within(banner).getByRole('button', { name: 'Get the real one' }));
    await waitFor(() => expect(bridge.inputsOf('models.ensure')).toEqual([{ modelId: BIG.id }]));
    const download = aDownload({ modelId: BIG.id, name: BIG.name });
    bridge.emit(anEvent(1, 'download.state', { downloadId: 'd1', modelId: BIG.id, download }));
    await within(banner).findByText(/not here yet.*12.3 MB\/s/);
    bridge.emit(
      anEvent(2, 'download.state', { downloadId: 'd1', modelId: BIG.id, download: null }),
      anEvent(3, 'model.status', {
        modelId: BIG.id,
        model: { ...BIG, availability: 'available' },
      }),
    );
    fireEvent.click(await within(banner).findByRole('button', { name: 'Ask it again' }));
    await waitFor(() => expect(bridge.inputsOf('requests.create')).toHaveLength(2));
  });

  it('R4.4 says loudest that a placeholder is not an answer', async () => {
    const request = aRequest({ state: DONE, strategy: 'placeholder', modelId: null });
    await ask(request, 'No model was there.');
    const banner = await screen.findByRole('region', { name: 'This is not an answer' });
    expect(banner.dataset.mild).toBe('false');
    expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull();
  });

  it('R4.4 says that a server elsewhere has seen the question', async () => {
    await ask(aRequest({ state: DONE, strategy: 'remote', modelId: 'gpt-4o' }), 'Hi');
    const banner = await screen.findByRole('region', {
      name: 'Answered by a server elsewhere, not by Tiny Chat Q4_K_M',
    });
    expect(banner.textContent).toContain('What you asked was sent there; gpt-4o answered.');
  });

  it('R4.3 shows how far the wait for a model is, and lets it be given up', async () => {
    const output = deferred<Output>();
    const waiting = aRequest({ state: WAITING, modelId: null, strategy: null });
    const { bridge, question } = await ask(waiting, '', {
      'requests.create': () => waiting,
      'requests.output': () => output.promise,
      'requests.cancel': () => aRequest({ state: CANCELLED }),
    });
    const notice = await screen.findByRole('region', { name: 'Waiting for Tiny Chat Q4_K_M' });
    expect(notice.textContent).toContain(
      'Number 2 in line · 1.20 GB of 4.00 GB · about 3 min left',
    );
    expect(notice.textContent).toContain('It will answer by itself when the model has arrived.');
    fireEvent.keyDown(question, { key: 'Escape' });
    expect(bridge.inputsOf('requests.cancel')).toEqual([]);
    fireEvent.click(within(notice).getByRole('button', { name: 'Cancel the question' }));
    await screen.findByText('Stopped');
  });

  it('R1.3 tells of an answer that came while the person was elsewhere', async () => {
    const output = deferred<Output>();
    const waiting = aRequest({ state: WAITING, modelId: null, strategy: null });
    const { bridge, stores } = await ask(waiting, '', {
      'requests.create': () => waiting,
      'requests.output': () => output.promise,
    });
    await screen.findByRole('region', { name: 'Waiting for Tiny Chat Q4_K_M' });
    stores.navigation.getState().go('library');
    const request = aRequest({ state: DONE, strategy: 'queued' });
    bridge.emit(anEvent(1, 'request.state', { requestId: 'r1', request }));
    await screen.findByText('The model has arrived and answered: see Try it');
  });

  it('shows what went wrong with its buttons, and the steps to take', async () => {
    const error = toErrorReport(
      new AppError('MODEL_NOT_READY', { model: 'Tiny Chat', why: 'its files are not here' }),
    );
    const state = { kind: 'failed', endedAt: '2026-01-10T09:00:00.000Z', error } as const;
    const { bridge } = await ask(aRequest({ state }), '', {
      'fallback.suggest': () => aDecision({ setup: ['Download Tiny Chat.', 'Ask again.'] }),
    });
    await screen.findByText('How to get an answer on this computer');
    expect(screen.getByText('Ask again.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(bridge.inputsOf('requests.create')).toHaveLength(2));
  });

  it('R4.2 begins with the steps for this computer when nothing can answer', async () => {
    await openTry({
      'models.list': () => ({ items: [] }),
      'fallback.suggest': () => aDecision({ setup: ['Get Qwen 2.5 0.5B: it fits your 16 GB.'] }),
    });
    await screen.findByText('Get Qwen 2.5 0.5B: it fits your 16 GB.');
    fireEvent.click(screen.getByRole('button', { name: 'Discover models' }));
    await screen.findByRole('heading', { name: 'Discover' });
  });
});

describe('the model picker', () => {
  const openPicker = async (answers: Answers = {}) => {
    const opened = await openTry(answers);
    const picker = await screen.findByDisplayValue('Tiny Chat Q4_K_M');
    // What is written without the focus counts as filled in by the browser.
    picker.focus();
    fireEvent.click(picker);
    return { ...opened, picker };
  };

  it('offers what is ready, names of programs, servers and what is not here', async () => {
    const settings = aSettingsSnapshot();
    settings.values.generation.aliases = [{ name: 'gpt-4o-mini', models: [aModel().id] }];
    await openPicker({
      'settings.get': () => settings,
      'runtimes.list': () =>
        theRuntimes(null, aRuntime({ kind: 'openai', name: 'LM Studio', models: ['phi-4'] })),
    });
    const list = await screen.findByRole('listbox');
    const names = within(list)
      .getAllByRole('option')
      .map(({ textContent }) => textContent);
    expect(names).toEqual([
      'Tiny Chat Q4_K_MReady to use.',
      `gpt-4o-miniStands for ${aModel().id}.`,
      'phi-4Answered by LM Studio.',
      'Big Chat Q4_K_MNothing of it is here.',
    ]);
  });

  it('takes a reference of a model that is not in the library', async () => {
    const { picker, stores } = await openPicker();
    fireEvent.change(picker, { target: { value: 'acme/other-GGUF:Q8_0' } });
    fireEvent.click(await screen.findByRole('option', { name: /hf:acme\/other-GGUF:Q8_0/ }));
    expect(stores.conversation.getState().model).toBe('hf:acme/other-GGUF:Q8_0');
  });
});

describe('R2.4 a model that is ready', () => {
  it('can be tried from its row and from its details', async () => {
    const { stores } = renderApp(
      createFakeBridge({ 'models.list': () => ({ items: [aModel(), BIG] }) }),
    );
    fireEvent.click(
      await screen.findByRole('button', { name: 'More actions for Tiny Chat Q4_K_M' }),
    );
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Try it' }));
    expect(stores.navigation.getState().screen).toBe('try');
    expect(stores.conversation.getState().model).toBe(aModel().id);
    stores.navigation.getState().go('library');
    fireEvent.click(await screen.findByRole('button', { name: 'Details of Big Chat Q4_K_M' }));
    const details = await screen.findByRole('dialog');
    expect(within(details).queryByRole('button', { name: 'Try it' })).toBeNull();
  });
});
