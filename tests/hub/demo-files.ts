import { writeGgufHeader } from '../support/gguf-writer.ts';
import { createTinyGguf, type TinyGgufOptions } from '../support/tiny-gguf.ts';
import { bytesContent, concatContent, type HubContent, syntheticContent } from './content.ts';
import type { HubFile, HubRepository } from './repository.ts';

/** What a model card says; the front matter follows from the repository. */
type CardFacts = Pick<HubRepository, 'id' | 'license' | 'pipelineTag' | 'libraryName'>;

export function readmeFile(facts: CardFacts, text: string): HubFile {
  const { id, license, pipelineTag, libraryName } = facts;
  const matter = [
    license && `license: ${license}`,
    pipelineTag && `pipeline_tag: ${pipelineTag}`,
    libraryName && `library_name: ${libraryName}`,
  ].filter(Boolean);
  return textFile('README.md', `---\n${matter.join('\n')}\n---\n\n# ${id}\n\n${text}\n`);
}

export function jsonFile(path: string, value: unknown): HubFile {
  return textFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

export function textFile(path: string, text: string): HubFile {
  return { path, content: bytesContent(text) };
}

/** A model that can answer; see the generator. */
export function tinyGgufFile(path: string, options: TinyGgufOptions): HubFile {
  return { path, content: bytesContent(createTinyGguf(options)) };
}

const ROW_WEIGHTS = 32_768;
const Q8_0 = { id: 8, fileType: 7, blockWeights: 32, blockBytes: 34 };
const ROW_BYTES = (ROW_WEIGHTS / Q8_0.blockWeights) * Q8_0.blockBytes;

/**
 * A GGUF as large as one likes: true header, one tensor of noise computed from its offset. It can be
 * downloaded and checked like any other, but no program can answer with it.
 *
 * @param sizeBytes rounded down to whole rows of the tensor
 */
function noiseGgufContent(options: {
  readonly name: string;
  readonly sizeBytes: number;
  readonly seed: number;
  readonly sha256?: string;
}): HubContent {
  const rows = Math.floor(options.sizeBytes / ROW_BYTES);
  const header = writeGgufHeader(
    {
      'general.architecture': { type: 'string', value: 'noise' },
      'general.name': { type: 'string', value: options.name },
      'general.file_type': { type: 'u32', value: Q8_0.fileType },
    },
    [{ name: 'noise.weight', shape: [ROW_WEIGHTS, rows], storageId: Q8_0.id, offset: 0 }],
  );
  const noise = syntheticContent({ sizeBytes: rows * ROW_BYTES, seed: options.seed });
  return concatContent([bytesContent(header), noise], options.sha256);
}

export const SLOW_AND_LARGE_BYTES = 384 * 1024 * 1024;
const HUNDRED_GIGABYTES = 100e9;

/** @param declared false: the digest is computed at first use, which takes a while */
export function slowAndLargeContent(declared = true): HubContent {
  const sha256 = '4c19493dd66bb6b84b47a072e51638479d905bfabc2ed83dca93e1f7dc242c5f';
  const noise = { name: 'slow-and-large', sizeBytes: SLOW_AND_LARGE_BYTES, seed: 11 };
  return noiseGgufContent({ ...noise, ...(declared ? { sha256 } : {}) });
}

/** Its digest is declared, for nobody waits for a hundred gigabytes to be hashed. */
export function hundredGigabytesContent(): HubContent {
  return noiseGgufContent({
    name: 'hundred-gigabytes',
    sizeBytes: HUNDRED_GIGABYTES,
    seed: 12,
    sha256: '0ebdcdc7cd761a42df452335561368b303e6475b726e2bea437c298c6f920eed',
  });
}
