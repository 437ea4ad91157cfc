/** Damage to a file, drawn from a random source. Pure. */
export type Random = () => number;

const NUMBERS: readonly bigint[] = [
  0n,
  1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  2n ** 20n,
  2n ** 29n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const TEXTS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  '0',
  '-',
  '99999999999999999999',
  '\0',
  'é',
];

type Damage = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const below = (limit: number, random: Random) => Math.floor(limit * random());
const pick = <T>(items: readonly T[], random: Random): T => items[below(items.length, random)] as T;

/** `insert` in the place of `removed` bytes at `place`. */
function splice(
  bytes: Uint8Array,
  place: number,
  { removed, insert }: { readonly removed: number; readonly insert: Uint8Array },
): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, place + removed));
  const out = new Uint8Array(place + insert.length + rest.length);
  out.set(bytes.subarray(0, place));
  out.set(insert, place);
  out.set(rest, place + insert.length);
  return out;
}

const flipBit: Damage = (bytes, random) => {
  const out = Uint8Array.from(bytes);
  const place = below(out.length, random);
  if (place < out.length) out[place] = (out[place] ?? 0) ^ (1 << below(8, random));
  return out;
};

const cut: Damage = (bytes, random) => bytes.slice(0, below(bytes.length + 1, random));

/** A length or a count becomes an awkward one. */
const blast: Damage = (bytes, random) => {
  const width = pick([1, 2, 4, 8], random);
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, pick(NUMBERS, random), true);
  const place = below(bytes.length + 1, random);
  return splice(bytes, place, { removed: width, insert: number.subarray(0, width) });
};

/** A part of another file, in the place of a part of this one. */
const graft: Damage = (bytes, random, others) => {
  const other = pick(others, random);
  const start = below(other.length, random);
  const insert = other.subarray(start, start + below(64, random));
  return splice(bytes, below(bytes.length + 1, random), { removed: below(64, random), insert });
};

const repeat: Damage = (bytes, random) => {
  const start = below(bytes.length, random);
  const part = bytes.subarray(start, start + 1 + below(40, random));
  const times = 1 + below(20, random);
  const insert = new Uint8Array(part.length * times);
  for (let index = 0; index < times; index += 1) insert.set(part, index * part.length);
  return splice(bytes, start, { removed: 0, insert });
};

const remove: Damage = (bytes, random) =>
  splice(bytes, below(bytes.length + 1, random), {
    removed: 1 + below(16, random),
    insert: new Uint8Array(),
  });

const writeText: Damage = (bytes, random) => {
  const insert = Buffer.from(
    pick(TEXTS, random).repeat(1 + below(random() < 0.1 ? 300 : 3, random)),
  );
  return splice(bytes, below(bytes.length + 1, random), { removed: below(4, random), insert });
};

const zero: Damage = (bytes, random) => {
  const start = below(bytes.length + 1, random);
  return Uint8Array.from(bytes).fill(0, start, start + below(200, random));
};

const DAMAGES = [flipBit, flipBit, blast, blast, cut, graft, repeat, remove, writeText, zero];

/** Does one to four kinds of damage. @param others where foreign parts come from */
export function damage(
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
): Uint8Array {
  let out = bytes;
  const times = 1 + below(random() < 0.5 ? 1 : 4, random);
  for (let count = 0; count < times; count += 1) {
    if (out.length > 0) out = pick(DAMAGES, random)(out, random, others);
  }
  return out;
}
