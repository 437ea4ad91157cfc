import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatReference,
  type HubReference,
  modelIdOf,
  parseReference,
} from '../../../src-shared/domain/reference.ts';
import { AppError } from '../../../src-shared/errors.ts';

const hf = (repository: string, more: Partial<HubReference> = {}) => ({
  source: 'hf',
  repository,
  ...more,
});

function codeOf(text: string): string | undefined {
  try {
    parseReference(text);
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return undefined;
}

describe('parseReference', () => {
  it.each<[string, ReturnType<typeof hf>]>([
    ['hf:org/name', hf('org/name')],
    ['org/name', hf('org/name')],
    ['  org/name\n', hf('org/name')],
    ['hf:org/name:Q4_K_M', hf('org/name', { variant: 'Q4_K_M' })],
    ['org/name:Q4_K_M', hf('org/name', { variant: 'Q4_K_M' })],
    ['hf:org/name@v1.0', hf('org/name', { revision: 'v1.0' })],
    ['hf:org/name@refs/pr/3:q8', hf('org/name', { revision: 'refs/pr/3', variant: 'q8' })],
    ['hf:org/name:onnx/model_q4.onnx', hf('org/name', { variant: 'onnx/model_q4.onnx' })],
    ['hf:org/name:my model.gguf', hf('org/name', { variant: 'my model.gguf' })],
    ['hf:org/name:a:b@c', hf('org/name', { variant: 'a:b@c' })],
    ['https://huggingface.co/org/name', hf('org/name')],
    ['https://huggingface.co/org/name/', hf('org/name')],
    ['https://huggingface.co/org/name?library=gguf#files', hf('org/name')],
    ['HTTPS://HF-mirror.example/org/name', hf('org/name')],
    ['https://huggingface.co/org/name/tree/dev', hf('org/name', { revision: 'dev' })],
    [
      'https://huggingface.co/org/name/tree/refs%2Fpr%2F1',
      hf('org/name', { revision: 'refs/pr/1' }),
    ],
    [
      'https://huggingface.co/org/name/blob/main/sub/m-Q4.gguf',
      hf('org/name', { revision: 'main', variant: 'sub/m-Q4.gguf' }),
    ],
    [
      'https://huggingface.co/org/name/resolve/main/m.gguf?download=true',
      hf('org/name', { revision: 'main', variant: 'm.gguf' }),
    ],
    ['https://huggingface.co/org/name/discussions/4', hf('org/name')],
  ])('reads %s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    '',
    '   ',
    'name',
    '/name',
    'org/',
    'org/name/more',
    'hf:',
    'hf:org',
    'hf:../name',
    'hf:org/..',
    'hf:org/.',
    'hf:org/a..b',
    'hf:org/a--b',
    'hf:-org/name',
    'hf:org/na me',
    'hf:org/name:',
    'hf:org/name@',
    'hf:org/name@:x',
    'hf:org\\name',
    'hf:org/näme',
    `hf:org/${'n'.repeat(97)}`,
    `hf:org/name:${'v'.repeat(1000)}`,
    'https://huggingface.co',
    'https://huggingface.co/org',
    'https://huggingface.co/datasets/org/name',
    'https://huggingface.co/spaces/org/name',
    'https://huggingface.co/api/models/org/name',
    'https://huggingface.co/org/%E0%A4%A',
    'https://',
    'ftp://huggingface.co/org/name',
    'file:///etc/passwd',
  ])('refuses %j', (text) => {
    expect(codeOf(text)).toBe('REFERENCE_MALFORMED');
  });

  it.each(['ollama:llama3', 'civitai:123', 'oci:ghcr.io/org/name', 'url:https://x'])(
    'says that %s is not supported yet',
    (text) => {
      expect(codeOf(text)).toBe('SOURCE_UNSUPPORTED');
    },
  );

  it.each(['main/a%0Ab.gguf', 'main/%20a.gguf', 'main/a%20', 'a%3Ab', 'a%20b/file'])(
    'refuses an address with a part nobody could type: %s',
    (path) => {
      expect(codeOf(`https://huggingface.co/org/name/resolve/${path}`)).toBe('REFERENCE_MALFORMED');
    },
  );

  it('never fails in any other way', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((s) => `https://hub.example/${s}`),
        ),
        (text) => {
          expect([undefined, 'REFERENCE_MALFORMED', 'SOURCE_UNSUPPORTED']).toContain(codeOf(text));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const word = (characters: string, maxLength = 12) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
const segment = word('abcXYZ019_').map((text) => `a${text}`);
const reference: fc.Arbitrary<HubReference> = fc.record(
  {
    source: fc.constant('hf' as const),
    repository: fc.tuple(segment, segment).map((parts) => parts.join('/')),
    revision: word('abc/.-_019'),
    variant: word('abQK_4.*/:@-'),
  },
  { requiredKeys: ['source', 'repository'] },
);

describe('formatReference', () => {
  it('is read back unchanged', () => {
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseReference(formatReference(value))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives whatever was read a form that reads the same', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }),
        segment,
        segment,
        (url, owner, name) => {
          const { origin } = new URL(url);
          const path = new URL(url).pathname;
          const text = `${origin}/${owner}/${name}/resolve/main${path}`;
          if (codeOf(text) !== undefined) return;
          const read = parseReference(text);
          expect(parseReference(formatReference(read))).toEqual(read);
        },
      ),
    );
  });
});

describe('modelIdOf', () => {
  it('leaves the revision out and keeps the variant', () => {
    expect(modelIdOf(parseReference('org/name@dev:Q8_0'))).toBe('hf:org/name:Q8_0');
    expect(modelIdOf(parseReference('https://huggingface.co/org/name'))).toBe('hf:org/name');
  });
});
