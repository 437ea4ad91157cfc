import { describe, expect, it } from 'vitest';
import { createCatalogue, mergeCatalogues } from '../../../src-main/engines/fallback/catalogue.ts';
import { profileOfName } from '../../../src-main/engines/fallback/profile.ts';
import { builtInCatalogue } from '../../../src-main/stores/catalogue-file.ts';
import { catalogueSchema } from '../../../src-shared/domain/catalogue.ts';
import { parseReference } from '../../../src-shared/domain/reference.ts';
import { catalogue } from './builders.ts';

const data = builtInCatalogue();

describe('the catalogue of models', () => {
  it('names each family once, and refers to none that is not there', () => {
    const ids = data.families.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const meant = data.families.flatMap(({ base, near }) => [
      ...(base ? [base] : []),
      ...Object.keys(near ?? {}),
    ]);
    expect(meant.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('claims no name for two families', () => {
    const names = data.families.flatMap(({ names }) => names);
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells for every fact where it is from', () => {
    const rows = [...data.families, ...data.quantizations, ...data.licenses];
    expect(rows.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
  });

  it.each(data.families.flatMap(({ id, models }) => models.map((size) => [id, size] as const)))(
    'recognises the %s that it recommends',
    (id, size) => {
      if (size.ref === undefined) return;
      expect(parseReference(size.ref).source).toBe('hf');
      const { family, size: found } = profileOfName(size.ref, catalogue);
      expect(family?.id).toBe(id);
      expect(found).toEqual(size);
    },
  );

  it('knows the freedom of each licence it names', () => {
    const named = data.families.flatMap(({ license, models }) => [
      license,
      ...models.flatMap((size) => size.license ?? []),
    ]);
    expect([...new Set(named)].filter((name) => !catalogue.freedom(name))).toEqual([]);
  });

  it('gives finer quantisations no less quality than coarser ones of the same kind', () => {
    const kinds = ['Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'];
    const found = kinds.map((name) => catalogue.quantization(name)?.quality ?? 0);
    expect(found).toEqual(found.toSorted((a, b) => b - a));
    expect(catalogue.quantization('IQ1_S')?.quality).toBeLessThan(0.2);
    expect(catalogue.quantization('F16')?.quality).toBe(1);
  });

  it('is laid under what a person added, which replaces and adds', () => {
    const own = catalogueSchema.parse({
      version: 1,
      families: [
        { ...data.families.find(({ id }) => id === 'qwen3'), name: 'My Qwen3' },
        {
          id: 'mine',
          name: 'Mine',
          names: ['house-model'],
          lineage: 'qwen',
          tasks: ['chat'],
          inputs: ['text'],
          license: 'mit',
          released: '2026-01',
          models: [{ names: ['7b'], parameters: 7e9 }],
          source: 'https://example.org',
        },
      ],
      quantizations: [
        {
          names: ['Q4_K_M'],
          quality: 0.5,
          bitsPerWeight: 5,
          from: 'me',
          source: 'https://example.org',
        },
      ],
    });
    const merged = createCatalogue(mergeCatalogues(data, own));
    expect(merged.family('qwen3')?.name).toBe('My Qwen3');
    expect(profileOfName('House-Model-7B', merged).family?.id).toBe('mine');
    expect(merged.quantization('q4_k_m')?.quality).toBe(0.5);
    expect(merged.family('gemma-3')?.name).toBe('Gemma 3');
  });
});
