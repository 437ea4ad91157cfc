/**
 * References are what people type or paste; model ids are their canonical, revision-free form.
 * @see docs/glossary.md
 */
import { AppError } from '../errors.ts';

export interface HubReference {
  readonly source: 'hf';
  /** `owner/name`. */
  readonly repository: string;
  /** Branch, tag or commit; `undefined` means the default branch. */
  readonly revision?: string;
  /** A quantisation such as `Q4_K_M`, the name of a file set, or a file path or glob. */
  readonly variant?: string;
}

const OWNER_NAME = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9_][\w.-]{0,95}$/;
const SCHEMES_TO_COME = ['ollama', 'civitai', 'oci', 'url'];
const MAX_LENGTH = 1000;

/**
 * Reads `hf:owner/name`, `hf:owner/name@revision`, `hf:owner/name:variant`, both together
 * (`hf:owner/name@revision:variant`), a bare `owner/name`, or the address of a model page or file.
 * @throws AppError `REFERENCE_MALFORMED`, `SOURCE_UNSUPPORTED`
 */
export function parseReference(text: string): HubReference {
  const reference = text.trim();
  if (reference.length === 0 || reference.length > MAX_LENGTH) throw malformed(text);
  if (/^https?:\/\//i.test(reference)) return parseHubUrl(reference);
  const scheme = /^([a-z]+):/.exec(reference)?.[1];
  if (scheme && SCHEMES_TO_COME.includes(scheme)) {
    throw new AppError('SOURCE_UNSUPPORTED', { source: scheme });
  }
  return parseHubPath(scheme === 'hf' ? reference.slice(3) : reference, text);
}

function parseHubPath(path: string, original: string): HubReference {
  const match = /^([^@:\s]+)(?:@([^:\s]+))?(?::(.+))?$/.exec(path);
  const [, repository, revision, variant] = match ?? [];
  if (!repository || !isRepository(repository)) throw malformed(original);
  return build(repository, revision, variant);
}

function parseHubUrl(text: string): HubReference {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const segments = decodeSegments(url?.pathname ?? '');
  const [owner = '', name = '', kind = '', revision, ...file] = segments ?? [];
  const repository = `${owner}/${name}`;
  if (!isRepository(repository) || RESERVED_OWNERS.has(owner)) throw malformed(text);
  if (!['resolve', 'blob', 'tree'].includes(kind)) return build(repository);
  const variant = file.length > 0 ? file.join('/') : undefined;
  // Only what could also be typed: such names exist in no hub.
  const isTypable = /^[^:\s]*$/.test(revision ?? '') && /^(\S(.*\S)?)?$/.test(variant ?? '');
  if (!isTypable) throw malformed(text);
  return build(repository, revision, variant);
}

const RESERVED_OWNERS = new Set(['api', 'datasets', 'spaces', 'docs', 'models', 'collections']);

function decodeSegments(pathname: string): string[] | null {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** Whether the text is `owner/name` as the hub allows it. */
export function isRepository(text: string): boolean {
  return OWNER_NAME.test(text) && !text.includes('..') && !text.includes('--');
}

function build(repository: string, revision?: string, variant?: string): HubReference {
  return {
    source: 'hf',
    repository,
    ...(revision && { revision }),
    ...(variant && { variant }),
  };
}

const malformed = (reference: string) => new AppError('REFERENCE_MALFORMED', { reference });

/** `hf:owner/name@revision:variant`: what {@link parseReference} reads back unchanged. */
export function formatReference({ source, repository, revision, variant }: HubReference): string {
  return `${source}:${repository}${revision ? `@${revision}` : ''}${variant ? `:${variant}` : ''}`;
}

/** The identity of a model in the library: its reference without the revision. */
export function modelIdOf(reference: HubReference): string {
  const { source, repository, variant } = reference;
  return formatReference({ source, repository, ...(variant && { variant }) });
}
