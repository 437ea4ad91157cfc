import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientBase, SNIPPET_LANGUAGES, snippetOf } from '../../../src-renderer/format/snippets.ts';
import type { SettingsSnapshot } from '../../../src-shared/contract/settings.ts';
import { aModel, aSettingsSnapshot, GB } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { aRuntime, theRuntimes } from './support/generation-builders.ts';
import { renderApp } from './support/render-app.tsx';

type Answers = NonNullable<Parameters<typeof createFakeBridge>[0]>;

afterEach(() => vi.unstubAllGlobals());

const URL = 'http://127.0.0.1:43121';

function withApi(api: Partial<SettingsSnapshot['values']['api']>): SettingsSnapshot {
  const snapshot = aSettingsSnapshot();
  return { ...snapshot, values: { ...snapshot.values, api: { ...snapshot.values.api, ...api } } };
}

async function openPrograms(answers: Answers = {}) {
  const bridge = createFakeBridge({
    'models.list': () => ({ items: [aModel()] }),
    'gateway.token': () => ({ token: 'secret-token' }),
    ...answers,
  });
  const { stores } = renderApp(bridge);
  await waitFor(() => expect(stores.models.getState().models.status).toBe('ready'));
  stores.navigation.getState().showRequests('programs');
  await screen.findByRole('tab', { name: 'Other programs', selected: true });
  return bridge;
}

const openRunning = (answers: Answers = {}) =>
  openPrograms({
    'settings.get': () => withApi({ enabled: true }),
    'runtimes.list': () => theRuntimes(URL, aRuntime()),
    ...answers,
  });

function stubClipboard() {
  const written = vi.fn(async () => {});
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: written } });
  return written;
}

describe('the gateway card', () => {
  it('offers to switch the local API on, and shows the address once it is there', async () => {
    let isOn = false;
    const bridge = await openPrograms({
      'settings.patch': () => {
        isOn = true;
        return withApi({ enabled: true });
      },
      'runtimes.list': () => theRuntimes(isOn ? URL : null, aRuntime()),
    });
    expect(screen.queryByRole('button', { name: 'Copy the token' })).toBeNull();
    fireEvent.click(await screen.findByRole('button', { name: 'Switch it on' }));
    await screen.findByText(`${URL}/v1`);
    expect(bridge.inputsOf('settings.patch')).toEqual([{ api: { enabled: true } }]);
  });

  it('keeps the port that it has', async () => {
    const bridge = await openRunning({
      'settings.patch': () => withApi({ enabled: true, port: 43121 }),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Keep port 43121' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Keep port/ })).toBeNull());
    expect(bridge.inputsOf('settings.patch')).toEqual([{ api: { port: 43121 } }]);
  });

  it('S7 hides the token until it is asked for', async () => {
    const bridge = await openRunning();
    const show = await screen.findByRole('button', { name: 'Show the token' });
    expect(bridge.inputsOf('gateway.token')).toEqual([]);
    expect(document.body.textContent).not.toContain('secret-token');
    fireEvent.click(show);
    await screen.findByText('secret-token');
    fireEvent.click(screen.getByRole('button', { name: 'Hide the token' }));
    expect(document.body.textContent).not.toContain('secret-token');
  });

  it('copies the token, and examples with it, without showing it', async () => {
    const written = stubClipboard();
    await openRunning();
    fireEvent.click(await screen.findByRole('button', { name: 'Copy the token' }));
    await waitFor(() => expect(written).toHaveBeenCalledWith('secret-token'));
    fireEvent.click(screen.getByRole('radio', { name: 'Python' }));
    const example = screen.getByRole('figure', { name: 'Code: Python' });
    expect(example.textContent).toContain('api_key="YOUR_TOKEN"');
    expect(example.textContent).toContain(aModel().id);
    fireEvent.click(within(example).getByRole('button', { name: 'Copy with the token' }));
    await screen.findByText('Copied with the token');
    expect(written).toHaveBeenLastCalledWith(expect.stringContaining('api_key="secret-token"'));
    expect(document.body.textContent).not.toContain('secret-token');
  });

  it('shows what runs models, and lets one go from memory', async () => {
    const loaded = {
      modelId: aModel().id,
      memoryBytes: 3.1 * GB,
      contextTokens: 8_192,
      loadedAt: '2026-01-10T09:00:00.000Z',
      lastUsedAt: '2026-01-10T09:00:00.000Z',
      busy: 2,
    };
    const studio = aRuntime({
      id: 'lm',
      kind: 'openai',
      name: 'LM Studio',
      url: 'http://127.0.0.1:1234',
      state: 'unreachable',
      detail: null,
      models: ['phi-4'],
    });
    const bridge = await openPrograms({
      'runtimes.list': () => theRuntimes(null, aRuntime({ loaded: [loaded] }), studio),
      'runtimes.unload': () => ({ items: [aRuntime()] }),
      'runtimes.refresh': () => ({ items: [aRuntime(), studio] }),
    });
    const own = await screen.findByRole('group', { name: 'Larder' });
    expect(own.textContent).toContain(
      '3.10 GB of memory · holds 8,192 tokens · answers 2 requests',
    );
    expect(screen.getByRole('group', { name: 'LM Studio' }).textContent).toContain(
      'http://127.0.0.1:1234 · offers 1 modelDoes not answer',
    );
    fireEvent.click(within(own).getByRole('button', { name: 'Unload Tiny Chat Q4_K_M' }));
    await waitFor(() => expect(screen.queryByRole('group', { name: 'LM Studio' })).toBeNull());
    fireEvent.click(screen.getByRole('button', { name: 'Look for servers again' }));
    await screen.findByRole('group', { name: 'LM Studio' });
    expect(bridge.inputsOf('runtimes.unload')).toEqual([{ modelId: aModel().id }]);
  });
});

describe('examples', () => {
  const facts = { base: `${URL}/v1`, token: 'T', model: 'hf:a/b:Q4' };

  it.each(SNIPPET_LANGUAGES)('%s names the address, the token and the model', (language) => {
    const text = snippetOf(language, facts);
    for (const part of Object.values(facts)) expect(text).toContain(part);
  });

  it('a quote in a model name does not end the text for the shell', () => {
    expect(snippetOf('curl', { ...facts, model: "it's" })).toContain(String.raw`it'\''s`);
  });

  it('the base address ends in /v1 once', () => {
    expect(clientBase(`${URL}/`)).toBe(`${URL}/v1`);
    expect(clientBase(`${URL}/v1`)).toBe(`${URL}/v1`);
  });
});
