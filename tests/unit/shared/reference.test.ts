import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatReference,
  type ModelReference,
  modelIdOf,
  parseReference,
} from '../../../src-shared/domain/reference.ts';
import { AppError } from '../../../src-shared/errors.ts';

const hf = (repository: string, more: Partial<ModelReference> = {}) => ({
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

const REFUSALS = [
  undefined,
  'REFERENCE_MALFORMED',
  'REFERENCE_SECRET',
  'LOCAL_FILE',
  'ADDRESS_UNSUPPORTED',
];

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
    'hf://org/name',
  ])('refuses %j', (text) => {
    expect(codeOf(text)).toBe('REFERENCE_MALFORMED');
  });

  it('says that OCI registries are not supported', () => {
    expect(codeOf('oci:ghcr.io/org/name')).toBe('SOURCE_UNSUPPORTED');
  });

  it.each([
    'file:///home/ada/model.gguf',
    '/home/ada/my model.gguf',
    '~/model.gguf',
    './model.gguf',
    '..\\model.gguf',
    'C:\\models\\x.gguf',
    '"C:\\models\\x.gguf"',
    'd:/models/x.gguf',
    '\\\\server\\models\\x.gguf',
    'url:file:///m.gguf',
  ])('says that %s is on this computer', (text) => {
    expect(codeOf(text)).toBe('LOCAL_FILE');
  });

  it.each(['ftp://host.example/m.gguf', 'S3://bucket/m.gguf', 'url:ftp://host.example/m.gguf'])(
    'says that %s is no web address',
    (text) => {
      expect(codeOf(text)).toBe('ADDRESS_UNSUPPORTED');
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
          fc
            .tuple(fc.constantFrom('ollama:', 'civitai:', 'url:', 'ollama run '), fc.string())
            .map((parts) => parts.join('')),
          fc
            .tuple(fc.constantFrom('ollama.com', 'civitai.com'), fc.webPath())
            .map(([host, path]) => `https://${host}${path}`),
        ),
        (text) => {
          expect(REFUSALS).toContain(codeOf(text));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const word = (characters: string, maxLength = 12) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
const segment = word('abcXYZ019_').map((text) => `a${text}`);
const repository = fc.tuple(segment, segment).map((parts) => parts.join('/'));
const hfReference: fc.Arbitrary<ModelReference> = fc.record(
  {
    source: fc.constant('hf' as const),
    repository,
    revision: word('abc/.-_019'),
    variant: word('abQK_4.*/:@-'),
  },
  { requiredKeys: ['source', 'repository'] },
);
const host = fc.constantFrom('', 'hub.example/', 'localhost/', 'hub.example:5000/');
const ollamaReference: fc.Arbitrary<ModelReference> = fc.record({
  source: fc.constant('ollama' as const),
  repository: fc.tuple(host, repository).map((parts) => parts.join('')),
  variant: word('abQK_4.-').map((text) => `v${text}`),
});
const number = fc.integer({ min: 1, max: 999_999_999_999 }).map(String);
const civitaiReference: fc.Arbitrary<ModelReference> = fc.record(
  {
    source: fc.constant('civitai' as const),
    repository: fc.oneof(
      number,
      number.map((text) => `models/${text}`),
    ),
    variant: word('abQK_4.*/:@-'),
  },
  { requiredKeys: ['source', 'repository'] },
);
const urlReference: fc.Arbitrary<ModelReference> = fc.record(
  {
    source: fc.constant('url' as const),
    repository: fc
      .tuple(fc.webUrl({ validSchemes: ['http', 'https'] }), word('abc%20?=&;#'))
      .map(([url, tail]) => new URL(`${url}/x${encodeURI(tail).replaceAll('#', '')}`).href),
    revision: fc.string({
      unit: fc.constantFrom(...'0123456789abcdef'),
      minLength: 64,
      maxLength: 64,
    }),
  },
  { requiredKeys: ['source', 'repository'] },
);
const reference = fc.oneof(hfReference, ollamaReference, civitaiReference, urlReference);

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

describe('names of Ollama', () => {
  const ollama = (name: string, variant: string) => ({
    source: 'ollama',
    repository: name,
    variant,
  });

  it.each([
    ['ollama:llama3.2', ollama('library/llama3.2', 'latest')],
    ['ollama:library/llama3.2:latest', ollama('library/llama3.2', 'latest')],
    ['ollama:llama3.2:3b', ollama('library/llama3.2', '3b')],
    ['ollama:maker/model:q4_K_M', ollama('maker/model', 'q4_K_M')],
    ['ollama:Hub.example/maker/model', ollama('hub.example/maker/model', 'latest')],
    ['ollama:localhost:5000/maker/model:x', ollama('localhost:5000/maker/model', 'x')],
    ['ollama:registry.ollama.ai/library/model', ollama('library/model', 'latest')],
    ['ollama run llama3.2', ollama('library/llama3.2', 'latest')],
    [' ollama pull maker/model:1b\n', ollama('maker/model', '1b')],
    ['https://ollama.com/library/llama3.2:3b', ollama('library/llama3.2', '3b')],
    ['https://www.ollama.com/library/llama3.2/tags', ollama('library/llama3.2', 'latest')],
    ['https://ollama.com/maker/model:1b?x=1#y', ollama('maker/model', '1b')],
  ])('are read from %j', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it('stand for repositories of a hub where the command names it', () => {
    expect(parseReference('ollama run hf.co/org/name-GGUF:Q8_0')).toEqual(
      hf('org/name-GGUF', { variant: 'Q8_0' }),
    );
  });

  it.each([
    'ollama:',
    'ollama:a/b/c/d',
    'ollama:nohost/ns/model',
    'ollama:.x',
    'ollama:x:',
    'ollama:x y',
    'ollama:../x',
    'ollama:a:b:c',
    'ollama run',
    'ollama run a b',
    'https://ollama.com/library',
    'https://ollama.com/blog/news',
  ])('are not read from %j', (text) => {
    expect(codeOf(text)).toBe('REFERENCE_MALFORMED');
  });
});

describe('numbers of Civitai', () => {
  const civitai = (number: string) => ({ source: 'civitai', repository: number });

  it.each([
    ['civitai:128713', civitai('128713')],
    ['civitai:4384@128713', civitai('128713')],
    ['civitai:models/4384', civitai('models/4384')],
    ['https://civitai.com/models/4384?modelVersionId=128713', civitai('128713')],
    ['https://civitai.com/models/4384/dreamshaper?modelVersionId=128713', civitai('128713')],
    ['https://civitai.com/models/4384/dreamshaper', civitai('models/4384')],
    ['https://civitai.com/api/download/models/128713?type=Model&token=x', civitai('128713')],
    ['civitai:128713:dream', { ...civitai('128713'), variant: 'dream' }],
  ])('are read from %j', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    'civitai:',
    'civitai:0',
    'civitai:name',
    'civitai:12x',
    'https://civitai.com/models',
    'https://civitai.com/models/4384?modelVersionId=x',
    'https://civitai.com/user/somebody',
  ])('are not read from %j', (text) => {
    expect(codeOf(text)).toBe('REFERENCE_MALFORMED');
  });
});

describe('addresses of files', () => {
  const url = (address: string, revision?: string) => ({
    source: 'url',
    repository: address,
    ...(revision && { revision }),
  });
  const DIGEST = 'ab'.repeat(32);

  it.each([
    ['url:https://host.example/a/m.gguf', url('https://host.example/a/m.gguf')],
    ['url:https://host.example/get?id=7', url('https://host.example/get?id=7')],
    ['https://host.example/m.gguf', url('https://host.example/m.gguf')],
    ['https://host.example/files/m.GGUF', url('https://host.example/files/m.GGUF')],
    [
      'http://host.example:81/a/b/c/m.safetensors?v=2',
      url('http://host.example:81/a/b/c/m.safetensors?v=2'),
    ],
    ['https://HOST.example/a/../m x.onnx#part', url('https://host.example/m%20x.onnx')],
    [`url:https://host.example/m#sha256=${DIGEST}`, url('https://host.example/m', DIGEST)],
    [
      `https://host.example/m.bin#sha256=${DIGEST.toUpperCase()}`,
      url('https://host.example/m.bin', DIGEST),
    ],
  ])('are read from %s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    'url:',
    'url:https://host.example',
    'url:host.example/m.gguf',
    'url:https://host.example/m.gguf#sha256=12',
    'https://host.example/a/b/page.html/more'.replace('a/b', 'a'.repeat(97)),
  ])('are not read from %s', (text) => {
    expect(codeOf(text)).toBe('REFERENCE_MALFORMED');
  });

  it.each([
    'token=x',
    'access_token=x',
    'hf_token=x',
    'api_key=x',
    'apikey=x',
    'sig=x',
    'Signature=x&Expires=1',
    'Key-Pair-Id=x',
    'X-Amz-Signature=x',
    'x-amz-security-token=x',
    'X-Goog-Credential=x',
    'AWSAccessKeyId=x',
    'password=x',
  ])('are refused with the secret %s', (query) => {
    for (const text of [
      `url:https://host.example/m.gguf?a=1&${query}`,
      `https://host.example/m.gguf?${query}`,
      `https://host.example/org/name?${query}`,
    ]) {
      expect(codeOf(text)).toBe('REFERENCE_SECRET');
    }
  });

  it('are refused with a user name', () => {
    for (const start of ['url:https://ada:pw@host.example', 'https://ada@huggingface.co']) {
      expect(codeOf(`${start}/org/name`)).toBe('REFERENCE_SECRET');
    }
  });

  it('that merely expire or are downloads are no secrets', () => {
    for (const query of ['Expires=1', 'download=true', 'author=me', 'monkey=1']) {
      expect(codeOf(`https://host.example/m.gguf?${query}`)).toBeUndefined();
    }
  });

  it('never repeat a secret in the error', () => {
    for (const text of [
      'https://ollama.com/blog?token=hush',
      'url:https://ada:hush@host.example/m.gguf',
      'url:https://host.example/m.gguf?token=hush',
      'civitai:https://civitai.com/models/1?token=hush',
    ]) {
      try {
        parseReference(text);
        expect.unreachable();
      } catch (error) {
        expect(JSON.stringify([(error as AppError).params, String(error)])).not.toContain('hush');
      }
    }
  });
});

describe('modelIdOf', () => {
  it('leaves the revision out and keeps the variant', () => {
    expect(modelIdOf(parseReference('org/name@dev:Q8_0'))).toBe('hf:org/name:Q8_0');
    expect(modelIdOf(parseReference('https://huggingface.co/org/name'))).toBe('hf:org/name');
    expect(modelIdOf(parseReference('ollama:m'))).toBe('ollama:library/m:latest');
    expect(modelIdOf(parseReference('civitai:5'))).toBe('civitai:5');
    const pinned = parseReference(`url:https://host.example/m.gguf#sha256=${'ab'.repeat(32)}`);
    expect(modelIdOf(pinned)).toBe('url:https://host.example/m.gguf');
  });
});
