/** How a SentencePiece vocabulary spells a space. */
export const SPACE = '\u2581';

const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;
const BYTE_VALUES = 256;
const SCORE_BASE = 64;

export interface WordVocabulary {
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  readonly scores: readonly number[];
  readonly unknown: number;
  readonly begin: number;
  readonly end: number;
  /** Token of a whole word with its space. */
  idOf(word: string): number;
}

/**
 * SentencePiece-style vocabulary: control tokens, every byte (so that any text has tokens), and for
 * each word all its beginnings, because the tokenizer reaches a word only by merging known pieces.
 */
export function createWordVocabulary(words: readonly string[]): WordVocabulary {
  const bytes = Array.from({ length: BYTE_VALUES }, (_, value) => {
    const hex = value.toString(16).toUpperCase().padStart(2, '0');
    return { text: `<0x${hex}>`, kind: KIND.byte };
  });
  const beginnings = words.flatMap((word) =>
    Array.from(word, (_, index) => SPACE + word.slice(0, index + 1)),
  );
  const normal = [...new Set([SPACE, ...words.join(''), ...beginnings])];
  const pieces = [
    { text: '<unk>', kind: KIND.unknown },
    { text: '<s>', kind: KIND.control },
    { text: '</s>', kind: KIND.control },
    ...bytes,
    ...normal.map((text) => ({ text, kind: KIND.normal })),
  ];
  const tokens = pieces.map(({ text }) => text);
  return {
    tokens,
    kinds: pieces.map(({ kind }) => kind),
    scores: tokens.map((text) => text.length - SCORE_BASE),
    unknown: 0,
    begin: 1,
    end: 2,
    idOf: (word) => tokens.indexOf(SPACE + word),
  };
}
