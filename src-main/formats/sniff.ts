/** What a file is, told from its first bytes alone, whatever its name. Pure. */
import type { FormatName } from './format.ts';

/** Enough for every mark looked for; the last is that of a tar archive, at byte 257. */
export const SNIFF_BYTES = 512;

export interface Sniffed {
  readonly format: FormatName;
  /** Something that is often found in the place of weights. */
  readonly found?: Foreign;
}

export interface Foreign {
  readonly kind: 'web-page' | 'message' | 'pointer' | 'archive' | 'zeros';
  /** Completes "The file is …". */
  readonly words: string;
}

export function sniff(firstBytes: Uint8Array): Sniffed {
  const bytes = firstBytes.subarray(0, SNIFF_BYTES);
  const format = sniffFormat(bytes);
  if (format !== 'unknown') return { format };
  const archive = ARCHIVES.find(({ offset, mark }) => hasMark(bytes, offset, mark));
  if (archive) return { format, found: { kind: 'archive', words: archive.words } };
  if (bytes.length >= MIN_ZEROS && bytes.every((byte) => byte === 0))
    return { format, found: ZEROS };
  return sniffText(bytes);
}

/** Fewer may well be the start of something. */
const MIN_ZEROS = 16;
const ZEROS: Foreign = { kind: 'zeros', words: 'filled with zeros at its start' };

/** In this order: the length in front of a safetensors header may look like the mark of another format. */
function sniffFormat(bytes: Uint8Array): FormatName {
  if (isSafetensors(bytes)) return 'safetensors';
  if (hasMark(bytes, 0, 'GGUF')) return 'gguf';
  if (hasMark(bytes, 0, 'PK\x03\x04') || hasMark(bytes, 0, 'PK\x05\x06')) return 'torch-zip';
  if (isPickle(bytes)) return 'pickle';
  return isOnnx(bytes) ? 'onnx' : 'unknown';
}

const MAX_HEADER_BYTES = 100_000_000;

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 9 || bytes[8] !== 0x7b) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  return view.getUint32(4, true) === 0 && length >= 2 && length <= MAX_HEADER_BYTES;
}

/** Protocols 2 to 5 start with a mark; what torch wrote before it used zip does as well. */
function isPickle([mark = 0, protocol = 0]: Uint8Array): boolean {
  return mark === 0x80 && protocol >= 2 && protocol <= 5;
}

/** The version comes first, a small number; then one of the other fields of a model. */
function isOnnx([key = 0, version = 0, next = 0]: Uint8Array): boolean {
  return key === 0x08 && version > 0 && version < 0x40 && ONNX_KEYS.has(next);
}

const ONNX_KEYS = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]);

interface ArchiveMark {
  readonly offset: number;
  readonly mark: string;
  readonly words: string;
}

const archive = (mark: string, words: string, offset = 0): ArchiveMark => ({ offset, mark, words });

const ARCHIVES: readonly ArchiveMark[] = [
  archive('\x1f\x8b\x08', 'compressed with gzip'),
  archive('7z\xbc\xaf\x27\x1c', 'a 7z archive'),
  archive('Rar!\x1a\x07', 'a RAR archive'),
  archive('\xfd7zXZ\x00', 'compressed with xz'),
  archive('\x28\xb5\x2f\xfd', 'compressed with Zstandard'),
  archive('BZh', 'compressed with bzip2'),
  archive('ustar', 'a tar archive', 257),
];

/** @param mark one character for each byte */
function hasMark(bytes: Uint8Array, offset: number, mark: string): boolean {
  return [...mark].every((character, index) => bytes[offset + index] === character.charCodeAt(0));
}

const TEXTS: readonly (readonly [RegExp, Foreign])[] = [
  [/^<(!doctype html|html|head|body)[\s>]/i, { kind: 'web-page', words: 'a web page' }],
  [/^<\?xml/i, { kind: 'web-page', words: 'an XML message' }],
  [
    /^version https:\/\/git-lfs\.github\.com\/spec/,
    { kind: 'pointer', words: 'a pointer of Git LFS to the file' },
  ],
  [
    /^\{\s*"(errors?|message|detail|statusCode|status|code)"/,
    { kind: 'message', words: 'an error message' },
  ],
];

function sniffText(bytes: Uint8Array): Sniffed {
  // Some servers put a mark of the byte order in front, and line breaks.
  const text = new TextDecoder('latin1').decode(bytes).replace(/^(ï»¿)?\s*/, '');
  const format = isJsonStart(text) ? 'json' : 'unknown';
  const found = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  return found ? { format, found } : { format };
}

/** Any bytes may start with a bracket; what follows has to be text for a while. */
function isJsonStart(text: string): boolean {
  const isBracket = /^(\{\s*["}]|\[\s*["{[\]\d-])/.test(text);
  return (
    isBracket &&
    [...text.slice(0, 64)].every((character) => character >= ' ' || /\s/.test(character))
  );
}
