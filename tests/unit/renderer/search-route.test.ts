import { describe, expect, it } from 'vitest';
import { createStores } from '../../../src-renderer/stores/create-stores.ts';
import { followSearch, routeOf } from '../../../src-renderer/stores/search-route.ts';
import { createFakeBridge } from './support/fake-bridge.ts';

describe('the search box', () => {
  it.each([
    ['acme/tiny-chat', 'hf:acme/tiny-chat'],
    ['  hf:acme/tiny-chat:Q4_K_M ', 'hf:acme/tiny-chat:Q4_K_M'],
    ['hf:acme/tiny-chat@v1', 'hf:acme/tiny-chat@v1'],
    ['https://huggingface.co/acme/tiny-chat/tree/main', 'hf:acme/tiny-chat@main'],
  ])('opens the repository for “%s”', (text, reference) => {
    expect(routeOf(text)).toEqual({ kind: 'reference', reference });
  });

  it.each(['llama', 'small chat model', 'qwen 3: which one'])('searches for “%s”', (text) => {
    expect(routeOf(text)).toEqual({ kind: 'words', words: text });
  });

  it.each([
    ['hf:', 'REFERENCE_MALFORMED'],
    ['hf:one', 'REFERENCE_MALFORMED'],
    ['https://example.org/', 'REFERENCE_MALFORMED'],
    ['oci:ghcr.io/org/model:1', 'SOURCE_UNSUPPORTED'],
    ['ftp://example.org/model.gguf', 'ADDRESS_UNSUPPORTED'],
    ['file:///home/me/model.gguf', 'LOCAL_FILE'],
    ['/home/me/my model.gguf', 'LOCAL_FILE'],
    ['C:\\models\\x.gguf', 'LOCAL_FILE'],
  ])('says why “%s” cannot be followed', (text, code) => {
    expect(routeOf(text)).toMatchObject({ kind: 'refused', error: { code } });
  });

  it('does nothing for blank text', () => {
    expect(routeOf('   ')).toEqual({ kind: 'nothing' });
  });

  it('asks the hub for the words and shows the results', () => {
    const bridge = createFakeBridge();
    const stores = createStores(bridge.larder);
    followSearch(stores, 'tiny chat');
    expect(stores.navigation.getState()).toMatchObject({ screen: 'discover', discover: 'search' });
    expect(bridge.inputsOf('hub.search')).toEqual([{ q: 'tiny chat', fits: false }]);
  });

  it('shows only the answer to the latest question', async () => {
    const waiting = new Map<string, () => void>();
    const bridge = createFakeBridge({
      'hub.search': ({ q = '' }) =>
        new Promise((resolve) => {
          waiting.set(q, () => resolve({ items: [], nextCursor: q }));
        }),
    });
    const { search } = createStores(bridge.larder);
    const first = search.getState().search({ words: 'first' });
    const second = search.getState().search({ words: 'second' });
    waiting.get('second')?.();
    await second;
    waiting.get('first')?.();
    await first;
    expect(search.getState().page).toMatchObject({ value: { nextCursor: 'second' } });
  });
});
