import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src-main/formats/form-problem.ts';
import { JsonReader } from '../../../src-main/formats/json-reader.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';

const read = (text: string | Uint8Array) =>
  problemOf(() => {
    const json = new JsonReader(Buffer.from(text), 'The text');
    json.skip();
    json.end();
  })?.finding.kind;

/** The whole value, put together from single readings. */
function readValue(json: JsonReader): unknown {
  const kind = json.kind();
  if (kind === 'string') return json.string();
  if (kind === 'other') return json.number();
  if (kind === 'array') {
    const items: unknown[] = [];
    json.array(() => items.push(readValue(json)));
    return items;
  }
  const entries: [string, unknown][] = [];
  json.object((key) => entries.push([key, readValue(json)]));
  return Object.fromEntries(entries);
}

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Replaces, takes away or doubles one character. */
function change(text: string, seed: number): string {
  const random = createSeededRandom(seed);
  const place = Math.floor(random() * text.length);
  const characters = '{}[]":,\\u0e-+.tn \n';
  const other = characters[Math.floor(random() * characters.length)] ?? '';
  const kept = random() < 0.3 ? 0 : 1;
  return text.slice(0, place) + other + text.slice(place + kept);
}

describe('a reader of JSON', () => {
  it('accepts what JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat({ max: 4 }), (text, indent) => {
        expect(read(JSON.stringify(JSON.parse(text), null, indent))).toBeUndefined();
      }),
    );
  });

  it('accepts of what was changed exactly what JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (text, seed) => {
        const changed = change(text, seed);
        expect(read(changed) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads the values JSON.parse reads', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (drawn) => {
        const text = JSON.stringify(drawn);
        const parsed: unknown = JSON.parse(text);
        expect(readValue(new JsonReader(Buffer.from(text), 'The text'))).toEqual(parsed);
      }),
    );
  });

  it('says truncated of a text that was cut, unless what is left is one by itself', () => {
    fc.assert(
      fc.property(fc.json(), fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
        const cut = text.slice(0, Math.floor(share * (text.length - 1)));
        expect(read(cut)).toBe(isJson(cut) ? undefined : 'truncated');
      }),
    );
  });

  it.each(['NaN', '[Infinity, -Infinity]'])('accepts %s, as Python writes it', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it.each(['nan', 'Infinite', 'truetrue', '--1', '1e', '.5', '+1', '0x10', '1_000'])(
    'refuses %s',
    (text) => {
      expect(read(text)).toBeDefined();
    },
  );

  it.each([128, 100_000])('goes 128 deep and no further, at %i', (depth) => {
    const text = '['.repeat(depth) + ']'.repeat(depth);
    expect(read(text)).toBe(depth === 128 ? undefined : 'malformed');
  });
});
