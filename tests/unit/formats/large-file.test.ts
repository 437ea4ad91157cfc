import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFileSource } from '../../../src-main/formats/byte-source.ts';
import { parseGguf } from '../../../src-main/formats/gguf.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { buildGguf, type GgufPlan, ggufText } from '../../support/formats/gguf-bytes.ts';
import { countingSource } from '../../support/formats/sources.ts';

const GB = 1e9;
const MiB = 2 ** 20;
const Q8_0 = 8;

const open: number[] = [];
afterEach(() => {
  for (const descriptor of open.splice(0)) closeSync(descriptor);
});

/** A file of a given length that holds nothing but its beginning. */
async function sparseFile(beginning: Uint8Array, sizeBytes: number): Promise<number> {
  const file = path.join(await temporaryFolder(), 'sparse.gguf');
  const descriptor = openSync(file, 'w+');
  open.push(descriptor);
  writeSync(descriptor, beginning);
  ftruncateSync(descriptor, sizeBytes);
  return descriptor;
}

const PLAN: GgufPlan = {
  isHeaderOnly: true,
  pairs: [
    ['general.architecture', ggufText('llama')],
    [
      'tokenizer.ggml.tokens',
      {
        type: 'array',
        of: 'string',
        items: Array.from({ length: 100_000 }, (_, index) => `▁${index}`),
      },
    ],
  ],
  tensors: Array.from({ length: 1_000 }, (_, index) => ({
    name: `blk.${index}.ffn_down.weight`,
    shape: [32_768, 2_880],
    type: Q8_0,
  })),
};

describe('a model of 100 GB', () => {
  const { bytes: header, dataStart, dataBytes } = buildGguf(PLAN);
  const sizeBytes = dataStart + dataBytes;

  it('is checked whole by reading its header, in small portions', async () => {
    const source = countingSource(createFileSource(await sparseFile(header, sizeBytes)));
    const report = parseGguf(source, 'structure');
    expect(sizeBytes).toBeGreaterThan(100 * GB);
    expect(report).toMatchObject({
      findings: [],
      expectedBytes: sizeBytes,
      metadata: { architecture: 'llama', parameterCount: 1_000 * 32_768 * 2_880 },
    });
    expect(source.requestedBytes).toBeLessThan(2 * MiB);
    expect(source.largestReadBytes).toBeLessThanOrEqual(64 * 1024);
  });

  it('is found to lack its last byte', async () => {
    const source = createFileSource(await sparseFile(header, sizeBytes - 1));
    expect(parseGguf(source, 'structure').findings).toMatchObject([
      { kind: 'truncated', expected: sizeBytes, measured: sizeBytes - 1 },
    ]);
  });

  it('is told by a quick look from a quarter of a mebibyte', async () => {
    const source = countingSource(createFileSource(await sparseFile(header, sizeBytes)));
    expect(parseGguf(source, 'quick').metadata.architecture).toBe('llama');
    expect(source.requestedBytes).toBeLessThanOrEqual(MiB / 4);
  });
});

describe('the bytes of a file', () => {
  it('are those asked for, and fewer only at its end', async () => {
    const source = createFileSource(await sparseFile(Uint8Array.of(1, 2, 3, 4), 6));
    expect(source.sizeBytes).toBe(6);
    expect([...source.read(1, 2)]).toEqual([2, 3]);
    expect([...source.read(2, 100)]).toEqual([3, 4, 0, 0]);
    expect([...source.read(6, 1)]).toEqual([]);
    expect([...source.read(100, 1)]).toEqual([]);
  });

  it('end where the file does, when it became shorter in the meantime', async () => {
    const descriptor = await sparseFile(Uint8Array.of(1, 2, 3, 4), 6);
    const source = createFileSource(descriptor);
    ftruncateSync(descriptor, 3);
    expect([...source.read(0, 6)]).toEqual([1, 2, 3]);
  });
});
