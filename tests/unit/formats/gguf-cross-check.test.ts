import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gguf } from '@huggingface/gguf';
import fc from 'fast-check';
import { readGgufFileInfo } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { parseGguf } from '../../../src-main/formats/gguf.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { ggufPlan } from '../../support/formats/arbitraries.ts';
import { buildGguf } from '../../support/formats/gguf-bytes.ts';
import { memorySource } from '../../support/formats/sources.ts';
import { createSplitTinyGguf, createTinyGguf } from '../../support/tiny-gguf.ts';

async function readElsewhere(bytes: Uint8Array) {
  const file = path.join(await temporaryFolder(), 'model.gguf');
  await writeFile(file, bytes);
  return readGgufFileInfo(file, { logWarnings: false, spliceSplitFiles: false });
}

async function readAtHub(bytes: Uint8Array) {
  const file = path.join(await temporaryFolder(), 'model.gguf');
  await writeFile(file, bytes);
  const read = await gguf(file, { allowLocalFile: true, computeParametersCount: true });
  const metadata = { ...read.metadata } as Readonly<Record<string, unknown>>;
  return { ...read, metadata };
}

describe('what is read from a GGUF file', () => {
  it('is what node-llama-cpp reads: metadata of a model', async () => {
    const bytes = createTinyGguf({ storage: 'q8_0' });
    const { metadata, tensorInfo } = await readElsewhere(bytes);
    const report = parseGguf(memorySource(bytes), 'structure');
    expect(report).toMatchObject({
      findings: [],
      expectedBytes: bytes.length,
      metadata: {
        architecture: metadata.general.architecture,
        name: metadata.general.name,
        contextLength: metadata.llama?.context_length,
        license: metadata.general.license,
        chatTemplate: metadata.tokenizer.chat_template,
        quantization: 'Q8_0',
      },
    });
    const elements = (tensorInfo ?? []).map(({ dimensions }) =>
      dimensions.reduce<number>((product, size) => product * Number(size), 1),
    );
    expect(report.metadata.parameterCount).toBe(elements.reduce((sum, count) => sum + count, 0));
  });

  it('is what node-llama-cpp reads: the part of several', async () => {
    const bytes = createSplitTinyGguf(3)[1] ?? Buffer.of();
    const { metadata } = await readElsewhere(bytes);
    const split = metadata as unknown as { split: { no: number; count: number } };
    expect(parseGguf(memorySource(bytes), 'structure').shard).toEqual({
      index: split.split.no,
      count: split.split.count,
    });
  });

  it('is what node-llama-cpp reads: tensors, and where their data start', async () => {
    await fc.assert(
      fc.asyncProperty(ggufPlan, async (plan) => {
        const { bytes, dataStart } = buildGguf({ ...plan, version: 3 });
        const { tensorInfo, totalMetadataSize } = await readElsewhere(bytes);
        const report = parseGguf(memorySource(bytes), 'structure');
        expect(report.tensorNames).toEqual(tensorInfo?.map(({ name }) => name));
        expect(Number(tensorInfo?.[0]?.fileOffset)).toBe(dataStart);
        expect(totalMetadataSize).toBeLessThanOrEqual(dataStart);
      }),
      { numRuns: 20 },
    );
  });

  it('is what @huggingface/gguf reads: tensors, their kinds and places, and the count of parameters', async () => {
    await fc.assert(
      fc.asyncProperty(ggufPlan, async (plan) => {
        const { bytes, dataStart } = buildGguf({ ...plan, version: 3 });
        const read = await readAtHub(bytes);
        const report = parseGguf(memorySource(bytes), 'structure');
        expect(report.findings).toEqual([]);
        expect(report.tensorNames).toEqual(read.tensorInfos.map(({ name }) => name));
        expect(report.metadata.parameterCount).toBe(read.parameterCount);
        expect(Number(read.tensorDataOffset)).toBe(dataStart);
      }),
      { numRuns: 20 },
    );
  });

  it('is what @huggingface/gguf reads: metadata of a model', async () => {
    const bytes = createTinyGguf({ storage: 'q8_0' });
    const { metadata, parameterCount } = await readAtHub(bytes);
    expect(parseGguf(memorySource(bytes), 'structure').metadata).toMatchObject({
      architecture: metadata['general.architecture'],
      name: metadata['general.name'],
      contextLength: metadata['llama.context_length'],
      license: metadata['general.license'],
      chatTemplate: metadata['tokenizer.chat_template'],
      parameterCount,
    });
  });
});
