import { describe, expect, it } from 'vitest';
import {
  createNameIndex,
  type KnownNames,
  resolveName,
} from '../../../src-main/engines/generation/resolve-name.ts';
import type { Availability } from '../../../src-shared/domain/model.ts';

const SMALL = 'hf:maker/Words-7B-GGUF:Q4_K_M';
const LARGE = 'hf:maker/Words-7B-GGUF:Q8_0';
const LLAMA = 'ollama:library/llama3.2:3b';

const model = (id: string, repository: string, variant: string) => ({
  ...{ id, ref: id, repository, variant },
  name: `${repository.split('/')[1]} ${variant}`,
});

function names(options: Partial<KnownNames> & { readonly here?: readonly string[] } = {}) {
  const here = options.here ?? [SMALL, LARGE, LLAMA];
  return {
    aliases: [{ name: 'fast', models: ['hf:not/here', SMALL] }],
    index: createNameIndex([
      model(SMALL, 'maker/Words-7B-GGUF', 'Q4_K_M'),
      model(LARGE, 'maker/Words-7B-GGUF', 'Q8_0'),
      model(LLAMA, 'library/llama3.2', '3b'),
    ]),
    served: [{ id: 'openai:127.0.0.1:1234/phi-4', name: 'phi-4' }],
    availability: (id: string): Availability => (here.includes(id) ? 'available' : 'missing'),
    idOfReference: (name: string) => (name.startsWith('hf:') ? name : null),
    ...options,
  };
}

describe('a name that a program uses', () => {
  it.each([
    [SMALL, SMALL],
    [LARGE.toLowerCase(), LARGE],
    ['maker/Words-7B-GGUF:Q8_0', LARGE],
    ['Words-7B-Q8_0', LARGE],
    ['words-7b', SMALL],
    ['hf:maker/Words-7B-GGUF', SMALL],
    ['llama3.2:3b', LLAMA],
    ['llama3.2', LLAMA],
    ['Phi-4', 'openai:127.0.0.1:1234/phi-4'],
    ['openai:127.0.0.1:1234/phi-4', 'openai:127.0.0.1:1234/phi-4'],
  ])('“%s” means %s', (name, id) => {
    expect(resolveName(name, names())).toEqual({ candidates: [id], known: true });
  });

  it('means what is here before what is not', () => {
    expect(resolveName('words-7b', names({ here: [LARGE] })).candidates).toEqual([LARGE]);
    expect(resolveName('words-7b', names({ here: [] })).candidates).toEqual([SMALL]);
  });

  it('means the model of a server before one of the library that is not here', () => {
    const served = [{ id: 'openai:127.0.0.1:1234/words-7b', name: 'words-7b' }];
    const id = served[0]?.id;
    expect(resolveName('words-7b', names({ served, here: [] })).candidates).toEqual([id]);
    expect(resolveName('words-7b', names({ served })).candidates).toEqual([SMALL]);
  });

  it('may be an alias for several, in their order', () => {
    expect(resolveName('FAST', names())).toEqual({
      candidates: ['hf:not/here', SMALL],
      known: true,
    });
  });

  it('is known when it is a reference, and else stands for itself', () => {
    expect(resolveName('hf:some/thing', names())).toEqual({
      candidates: ['hf:some/thing'],
      known: true,
    });
    expect(resolveName('gpt-9', names())).toEqual({ candidates: ['gpt-9'], known: false });
  });
});
