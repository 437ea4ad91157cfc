import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { aliasProblem } from '../../../src-renderer/format/alias-words.ts';
import { decisionSentence, suggestionFacts } from '../../../src-renderer/format/decision-words.ts';
import type { Strategy } from '../../../src-shared/domain/fallback.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { aModel, anEvent, aSettingsSnapshot } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { aDecision, aQuestion, aSuggestion } from './support/generation-builders.ts';
import { renderApp } from './support/render-app.tsx';

type Answers = NonNullable<Parameters<typeof createFakeBridge>[0]>;

async function openMissing(answers: Answers = {}) {
  const bridge = createFakeBridge({
    'models.list': () => ({ items: [aModel()] }),
    'fallback.suggest': () => aDecision(),
    ...answers,
  });
  const { stores } = renderApp(bridge);
  await waitFor(() => expect(stores.models.getState().models.status).toBe('ready'));
  stores.navigation.getState().showRequests('missing');
  await screen.findByRole('tab', { name: 'Missing models', selected: true });
  return { bridge, stores };
}

describe('the simulator', () => {
  it('R4.1 says what would happen and why, with the ranked models and how it is decided', async () => {
    const { bridge } = await openMissing();
    const outcome = await screen.findByRole('status', { name: 'What would happen' });
    expect(outcome.textContent).toBe(
      'Tiny Chat Q4_K_M would answer, and hf:acme/big-chat-GGUF:Q4_K_M would be fetched.Because: Tiny Chat is here and good enough.',
    );
    const ranked = screen.getByRole('list', { name: 'Models that could answer' });
    expect(ranked.textContent).toContain('82 %');
    expect(ranked.textContent).toContain('Slightly less good · about 1.8 times as fast');
    expect(
      within(ranked).getByRole('progressbar', { name: 'How well Tiny Chat suits' }),
    ).toBeTruthy();
    expect(ranked.textContent).toContain('50 %, counts 20 %');
    const trace = screen.getByRole('list', { name: 'How this is decided' });
    expect(
      within(trace)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual([
      'The model itselfIts files are not here.',
      'Another modelTiny Chat is here and good enough.',
    ]);
    expect(bridge.inputsOf('fallback.suggest')).toEqual([
      { modelId: aModel().id, requirements: {}, mode: 'auto', assumeMissing: true },
    ]);
  });

  it('asks again for what the request needs', async () => {
    const { bridge } = await openMissing();
    await screen.findByRole('status', { name: 'What would happen' });
    fireEvent.click(screen.getByRole('checkbox', { name: 'Sees pictures' }));
    fireEvent.change(screen.getByRole('combobox', { name: 'Task' }), { target: { value: 'chat' } });
    await waitFor(() =>
      expect(bridge.inputsOf('fallback.suggest').at(-1)).toMatchObject({
        requirements: { vision: true, task: 'chat' },
      }),
    );
    fireEvent.click(screen.getByRole('checkbox', { name: 'Sees pictures' }));
    await waitFor(() =>
      expect(bridge.inputsOf('fallback.suggest').at(-1)).toMatchObject({
        requirements: { task: 'chat' },
      }),
    );
  });

  it('R4.2 lists the steps to take when nothing could answer', async () => {
    const setup = ['Download Tiny Chat: it fits your 16 GB.'];
    await openMissing({
      'fallback.suggest': () =>
        aDecision({ strategy: 'refuse', modelId: null, suggestions: [], setup }),
    });
    await screen.findByText('The program would get an error.');
    expect(screen.getByText('Download Tiny Chat: it fits your 16 GB.')).toBeTruthy();
  });

  it('says why it cannot tell', async () => {
    await openMissing({
      'fallback.suggest': () => {
        throw new AppError('REFERENCE_MALFORMED', { reference: 'what?' });
      },
    });
    expect(await screen.findByRole('button', { name: 'Change the reference' })).toBeTruthy();
  });
});

describe('S4 settings of fallback', () => {
  it('are beside the simulator, which follows them', async () => {
    const changed = aSettingsSnapshot({ 'fallback.mode': 'user' });
    changed.values.fallback.mode = 'never';
    const { bridge } = await openMissing({ 'settings.patch': () => changed });
    await screen.findByRole('status', { name: 'What would happen' });
    fireEvent.click(screen.getByRole('radio', { name: 'Never' }));
    await waitFor(() =>
      expect(bridge.inputsOf('fallback.suggest').at(-1)).toMatchObject({ mode: 'never' }),
    );
    expect(bridge.inputsOf('settings.patch')).toEqual([{ fallback: { mode: 'never' } }]);
  });

  it('keep a name once it has a model to stand for', async () => {
    const { bridge } = await openMissing();
    fireEvent.click(await screen.findByRole('button', { name: 'Add a name' }));
    const name = screen.getByRole('textbox', { name: 'Name 1' });
    fireEvent.change(name, { target: { value: 'gpt-4o-mini' } });
    fireEvent.blur(name);
    expect(bridge.inputsOf('settings.patch')).toEqual([]);
    fireEvent.click(screen.getByRole('combobox', { name: 'Models of name 1' }));
    fireEvent.click(await screen.findByRole('option', { name: 'Tiny Chat Q4_K_M' }));
    await waitFor(() =>
      expect(bridge.inputsOf('settings.patch')).toEqual([
        { generation: { aliases: [{ name: 'gpt-4o-mini', models: [aModel().id] }] } },
      ]),
    );
  });

  it('are reached from the settings as well', async () => {
    const { stores } = renderApp(createFakeBridge());
    fireEvent.click(
      within(await screen.findByRole('navigation')).getByRole('button', { name: 'Settings' }),
    );
    fireEvent.click(await screen.findByRole('button', { name: 'Open' }));
    expect(stores.navigation.getState()).toMatchObject({
      screen: 'requests',
      requestsPart: 'missing',
    });
  });
});

describe('a question of a request', () => {
  const ask = async (answers: Answers = {}, deadline?: string) => {
    const bridge = createFakeBridge(answers);
    const { stores } = renderApp(bridge);
    await waitFor(() => expect(stores.requests.getState().requests.status).toBe('ready'));
    const question = aQuestion(deadline === undefined ? {} : { deadline });
    bridge.emit(anEvent(1, 'fallback.question', { questionId: 'q1', question }));
    return { bridge, stores };
  };

  it('shows its choices with the default, and takes the first answer', async () => {
    const { bridge } = await ask({ 'fallback.answer': () => ({}) });
    const dialog = await screen.findByRole('dialog', { name: 'Which model may answer?' });
    expect(within(dialog).getByRole('timer').textContent).toMatch(/^Left alone, the default/);
    expect(
      within(dialog).getByRole('button', { name: /Tiny Chat answers now/ }).textContent,
    ).toContain('Default');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Wait for Big Chat' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bridge.inputsOf('fallback.answer')).toEqual([{ id: 'q1', choice: 'queue' }]);
  });

  it('goes when somebody else has answered, or when it is left alone', async () => {
    const { bridge } = await ask();
    await screen.findByRole('dialog');
    bridge.emit(anEvent(2, 'fallback.question', { questionId: 'q1', question: null }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const second = aQuestion({ id: 'q2' });
    bridge.emit(anEvent(3, 'fallback.question', { questionId: 'q2', question: second }));
    fireEvent.click(await screen.findByRole('button', { name: 'Leave it to Larder' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bridge.inputsOf('fallback.answer')).toEqual([]);
  });

  it('is not asked after its deadline', async () => {
    const { stores } = await ask({}, '2020-01-10T09:00:00.000Z');
    await waitFor(() => expect(stores.questions.getState().questions).toHaveLength(1));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('words about decisions', () => {
  const titleOf = (id: string) => (id.includes('big') ? 'Big' : 'Tiny');

  it.each<[Strategy, string]>([
    ['exact', 'Big would answer.'],
    ['alternative', 'Tiny would answer, and Big would be fetched.'],
    ['wait', 'The request would be held until Big is here, in about 10 min.'],
    ['queue', 'The request would be kept, and answered once Big has arrived, in about 10 min.'],
    [
      'remote',
      'A server elsewhere would answer, and what is asked would be sent there, and Big would be fetched.',
    ],
    [
      'placeholder',
      'The program would get a text that says that Big is missing, and Big would be fetched.',
    ],
    ['ask', 'You would be asked which model may answer.'],
    ['refuse', 'The program would get an error.'],
  ])('%s', (strategy, sentence) => {
    expect(decisionSentence(aDecision({ strategy }), titleOf)).toBe(sentence);
  });

  it('leave out what is not known of an alternative', () => {
    const cost = { memoryBytes: 0, downloadBytes: 2 * 10 ** 9 };
    expect(suggestionFacts(aSuggestion({ speedRatio: null, cost }))).toBe(
      'slightly less good · fetches 2.00 GB',
    );
    expect(suggestionFacts(aSuggestion({ speedRatio: 1.02 }))).toContain('about as fast');
  });

  it('say what is wrong with a name', () => {
    const row = (name: string) => ({ name, models: ['hf:a/b'] });
    expect(aliasProblem([row('a b')], 0)).toBe('A name has no spaces.');
    expect(aliasProblem([row('a'), row('a')], 1)).toBe('This name is there already.');
    expect(aliasProblem([row('a'), row('a')], 0)).toBeNull();
  });
});
