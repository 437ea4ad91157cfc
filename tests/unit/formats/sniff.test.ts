import { describe, expect, it } from 'vitest';
import { sniff } from '../../../src-main/formats/sniff.ts';
import { buildGguf } from '../../support/formats/gguf-bytes.ts';
import { buildOnnx } from '../../support/formats/onnx-bytes.ts';
import { buildSafetensors, safetensorsFrom } from '../../support/formats/safetensors-bytes.ts';
import { buildStoredZip } from '../../support/formats/stored-zip.ts';

const binary = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const tar = new Uint8Array(1024).fill(0x61);
tar.set(Buffer.from('ustar'), 257);

describe('the first bytes of a file', () => {
  it.each<[string, Uint8Array]>([
    ['gguf', buildGguf({ pairs: [], tensors: [] }).bytes],
    ['safetensors', buildSafetensors({ tensors: [] }).bytes],
    ['onnx', buildOnnx({ tensors: [] }).bytes],
    ['torch-zip', buildStoredZip({ files: { 'a/data.pkl': Uint8Array.of(1) } }).bytes],
    ['torch-zip', buildStoredZip({ files: {} }).bytes],
    ['pickle', binary('\x80\x02}q\x00.')],
    ['pickle', binary('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.')],
    ['json', binary('{"model_type": "llama"}')],
    ['json', binary('\xef\xbb\xbf [1, 2]')],
    ['unknown', binary('\x10\x00\x00\x00\x01\x00\x00\x00{}')],
    ['unknown', binary('lmgg\x01\x02\x03')],
    ['unknown', Uint8Array.of()],
    ['unknown', binary('{\x00\x01\x02')],
    ['unknown', binary('[1\x00\x02\x05')],
    ['unknown', binary('\x80\x09')],
  ])('tell %s', (format, bytes) => {
    expect(sniff(bytes)).toEqual({ format });
  });

  it('tell safetensors, whatever mark its length looks like', () => {
    // A header of 640 bytes starts like a pickle of protocol 2.
    const { bytes } = safetensorsFrom('{}'.padEnd(640), 0);
    expect([...bytes.subarray(0, 2)]).toEqual([0x80, 0x02]);
    expect(sniff(bytes).format).toBe('safetensors');
  });

  it.each<[string, Uint8Array]>([
    ['a web page', binary('<!DOCTYPE html><html>')],
    ['a web page', binary('\xef\xbb\xbf\r\n  <HTML lang="en">')],
    ['an XML message', binary('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ['a pointer of Git LFS to the file', binary('version https://git-lfs.github.com/spec/v1\noid')],
    ['an error message', binary('{"error":"Repository not found"}')],
    ['an error message', binary('{ "message": "gone" }')],
    ['compressed with gzip', binary('\x1f\x8b\x08\x00')],
    ['a 7z archive', binary('7z\xbc\xaf\x27\x1c\x00')],
    ['a RAR archive', binary('Rar!\x1a\x07\x01\x00')],
    ['compressed with xz', binary('\xfd7zXZ\x00')],
    ['compressed with Zstandard', binary('\x28\xb5\x2f\xfd')],
    ['compressed with bzip2', binary('BZh91AY')],
    ['a tar archive', tar],
    ['filled with zeros at its start', new Uint8Array(512)],
  ])('tell %s in the place of weights', (words, bytes) => {
    expect(sniff(bytes).found?.words).toBe(words);
  });

  it('tell nothing from a few zeros', () => {
    expect(sniff(new Uint8Array(8)).found).toBeUndefined();
  });
});
