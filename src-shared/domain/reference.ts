/**
 * References are what people type or paste; model ids are their canonical, revision-free form.
 * @see docs/glossary.md
 */
import { AppError } from '../errors.ts';
import type { SourceKind } from './model.ts';
import { secretIn, withoutSecrets } from './reference-secret.ts';

export interface ModelReference {
  readonly source: SourceKind;
  /**
   * hf: `owner/name` · ollama: `library/llama3.2`, behind `host/` where it is not Ollama's own · civitai:
   * a version's number, or `models/<number>` for the newest version of a model · url: the address · local: the
   * name of a model that was found on this computer, of which nobody knows where it came from.
   */
  readonly repository: string;
  /**
   * hf: branch, tag or commit; `undefined` means the default branch · url: the SHA-256 the file must
   * have · others have none.
   */
  readonly revision?: string;
  /**
   * hf and civitai: a quantisation such as `Q4_K_M`, a file set, a file path or glob · ollama: the tag,
   * always there once parsed · url: none.
   */
  readonly variant?: string;
}

type Read = (text: string) => ModelReference | null;

const MAX_LENGTH = 1000;

/**
 * Reads `hf:owner/name@revision:variant`, `ollama:name:tag`, `civitai:version`, `url:https://…`, a bare
 * `owner/name`, the address of a model page or file, and `ollama run name`.
 * @throws AppError `REFERENCE_MALFORMED`, `REFERENCE_SECRET`, `SOURCE_UNSUPPORTED`, `ADDRESS_UNSUPPORTED`,
 * `LOCAL_FILE`
 */
export function parseReference(text: string): ModelReference {
  const reference = withoutCommand(text.trim());
  if (reference.length > MAX_LENGTH) throw malformed(text);
  const [, scheme = '', rest = ''] = /^([a-z]+):([\s\S]*)$/.exec(reference) ?? [];
  if (scheme === 'oci') throw new AppError('SOURCE_UNSUPPORTED', { source: scheme });
  refusePlace(scheme === 'url' ? rest : reference);
  const result = readAny(reference, scheme, rest);
  if (!result || formatReference(result).length > MAX_LENGTH) throw malformed(text);
  return result;
}

function readAny(reference: string, scheme: string, rest: string): ModelReference | null {
  if (/^https?:\/\//i.test(reference)) return readWebAddress(reference);
  const read = READERS.get(scheme);
  return read ? read(rest) : readHubPath(reference);
}

/** Paths as file managers and shells give them, in quotes perhaps. */
const LOCAL_PATH = /^["']?(?:file:|[\\/]|[a-z]:[\\/]|(?:\.{1,2}|~)[\\/])/i;

/** @throws AppError `LOCAL_FILE`, `ADDRESS_UNSUPPORTED`: a place, and not one on the web */
function refusePlace(text: string): void {
  if (LOCAL_PATH.test(text)) throw new AppError('LOCAL_FILE', { path: text });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || /^https?$/.test(scheme) || READERS.has(scheme)) return;
  throw new AppError('ADDRESS_UNSUPPORTED', { scheme });
}

/** `ollama run name`, as pages offer it for copying; that of a hub's repository is a reference to it. */
function withoutCommand(text: string): string {
  return text
    .replace(/^ollama\s+(?:run|pull)\s+(?:hf\.co|huggingface\.co)\/(?=\S+$)/, 'hf:')
    .replace(/^ollama\s+(?:run|pull)\s+(?=\S+$)/, 'ollama:');
}

const READERS: ReadonlyMap<string, Read> = new Map<SourceKind, Read>([
  ['hf', readHubPath],
  ['ollama', readOllamaName],
  ['civitai', readCivitaiNumber],
  ['local', readLocalName],
  ['url', (text) => readFileAddress(toUrl(text))],
]);

const OWNER_NAME = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9_][\w.-]{0,95}$/;

/** Whether the text is `owner/name` as the hub allows it. */
export function isRepository(text: string): boolean {
  return OWNER_NAME.test(text) && !text.includes('..') && !text.includes('--');
}

function readHubPath(path: string): ModelReference | null {
  const match = /^([^@:\s]+)(?:@([^:\s]+))?(?::(.+))?$/.exec(path);
  const [, repository, revision, variant] = match ?? [];
  return repository && isRepository(repository)
    ? build({ source: 'hf', repository, revision, variant })
    : null;
}

const OLLAMA_HOST = 'registry.ollama.ai';

/** `[host/][namespace/]model[:tag]`. @see https://github.com/ollama/ollama types/model/name.go */
function readOllamaName(name: string): ModelReference | null {
  const [last = '', namespace = 'library', host, ...more] = name.split('/').toReversed();
  const [, model, tag = 'latest'] = /^(\w[\w.-]{0,79})(?::(\w[\w.-]{0,79}))?$/.exec(last) ?? [];
  const isHost = /^(?=.*[.:]|localhost$)[a-z0-9][a-z0-9.-]{0,349}(:\d{1,5})?$/i;
  const isGood = /^\w[\w.-]{0,79}$/.test(namespace) && (host === undefined || isHost.test(host));
  if (model === undefined || !isGood || more.length > 0) return null;
  const place = host === undefined || host.toLowerCase() === OLLAMA_HOST ? '' : `${host}/`;
  const repository = `${place.toLowerCase()}${namespace}/${model}`;
  return build({ source: 'ollama', repository, variant: tag });
}

function readLocalName(name: string): ModelReference | null {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(name) ? build({ source: 'local', repository: name }) : null;
}

/** `version`, `model@version` or `models/model`, with a variant where a version has several. */
function readCivitaiNumber(text: string): ModelReference | null {
  const match = /^(?:[1-9]\d{0,11}@)?((?:models\/)?[1-9]\d{0,11})(?::(\S(?:.*\S)?))?$/.exec(text);
  const [, repository, variant] = match ?? [];
  return repository ? build({ source: 'civitai', repository, variant }) : null;
}

/** @throws AppError `REFERENCE_SECRET`: what is written down must not let anybody in */
function readFileAddress(url: URL | null): ModelReference | null {
  if (!url || `${url.pathname}${url.search}` === '/') return null;
  refuseSecret(url);
  const [, digest, odd] = /^#sha256=(?:([0-9a-f]{64})|(.*))$/i.exec(url.hash) ?? [];
  if (odd !== undefined) return null;
  const address = new URL(url);
  address.hash = '';
  return build({ source: 'url', repository: address.href, revision: digest?.toLowerCase() });
}

const MODEL_FILE =
  /\.(gguf|ggml|safetensors|sft|onnx|ort|bin|pt|pt2|pth|ckpt|pkl|h5|keras|tflite|task|litertlm|npz|msgpack|llamafile|nemo)$/i;

/** Of an address at a known hub only the path counts; all others may have to be written down. */
function readWebAddress(text: string): ModelReference | null {
  const url = toUrl(text);
  const segments = decodeSegments(url?.pathname ?? '');
  if (!url || !segments) return null;
  if (url.username !== '' || url.password !== '') refuseSecret(url);
  const host = url.hostname.replace(/^www\./, '');
  if (host === 'ollama.com') return readOllamaPage(segments);
  if (host === 'civitai.com') return readCivitaiPage(segments, url.searchParams);
  if (host === 'huggingface.co' || host === 'hf.co') return readHubPage(segments);
  refuseSecret(url);
  const isHubFile =
    HUB_FOLDERS.has(segments[2] ?? '') && isRepository(segments.slice(0, 2).join('/'));
  const isFile = MODEL_FILE.test(url.pathname) && !isHubFile;
  return isFile ? readFileAddress(url) : readHubPage(segments);
}

const HUB_FOLDERS = new Set(['resolve', 'blob', 'tree']);
const HUB_PAGES = new Set(['api', 'datasets', 'spaces', 'docs', 'models', 'collections']);
const OLLAMA_PAGES = new Set(['api', 'blog', 'docs', 'download', 'public', 'search', 'settings']);

function readHubPage([owner = '', name = '', kind = '', revision, ...file]: readonly string[]) {
  const repository = `${owner}/${name}`;
  if (!isRepository(repository) || HUB_PAGES.has(owner)) return null;
  if (!HUB_FOLDERS.has(kind)) return build({ source: 'hf', repository });
  const variant = file.length > 0 ? file.join('/') : undefined;
  // Only what could also be typed: such names exist in no hub.
  const isTypable = /^[^:\s]*$/.test(revision ?? '') && /^(\S(.*\S)?)?$/.test(variant ?? '');
  return isTypable ? build({ source: 'hf', repository, revision, variant }) : null;
}

function readOllamaPage([namespace = '', name]: readonly string[]): ModelReference | null {
  if (name === undefined || OLLAMA_PAGES.has(namespace)) return null;
  return readOllamaName(`${namespace}/${name}`);
}

/** `/models/<model>[/<name>][?modelVersionId=<version>]`, `/api/download/models/<version>`. */
function readCivitaiPage(segments: readonly string[], query: URLSearchParams) {
  const path = segments.join('/');
  const direct = /^(?:api\/download\/models|model-versions)\/(\d+)$/.exec(path)?.[1];
  const model = /^models\/\d+(?=\/|$)/.exec(path)?.[0];
  return readCivitaiNumber(direct ?? (model && (query.get('modelVersionId') ?? model)) ?? '');
}

const toUrl = (text: string) =>
  /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;

function refuseSecret(url: URL): void {
  const secret = secretIn(url);
  if (secret) throw new AppError('REFERENCE_SECRET', { host: url.host, secret });
}

function decodeSegments(pathname: string): string[] | null {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return null;
  }
}

function build(
  parts: { [Name in keyof ModelReference]: ModelReference[Name] | undefined } & {
    source: SourceKind;
    repository: string;
  },
): ModelReference {
  const { source, repository, revision, variant } = parts;
  return { source, repository, ...(revision && { revision }), ...(variant && { variant }) };
}

const malformed = (reference: string) =>
  new AppError('REFERENCE_MALFORMED', { reference: withoutSecrets(reference) });

/** `hf:owner/name@revision:variant` and the like: what {@link parseReference} reads back unchanged. */
export function formatReference({ source, repository, revision, variant }: ModelReference): string {
  if (source === 'url') return `url:${repository}${revision ? `#sha256=${revision}` : ''}`;
  const at = revision && source === 'hf' ? `@${revision}` : '';
  return `${source}:${repository}${at}${variant ? `:${variant}` : ''}`;
}

/** The identity of a model in the library: its reference without the revision. */
export function modelIdOf({ source, repository, variant }: ModelReference): string {
  return formatReference({ source, repository, ...(variant && { variant }) });
}
