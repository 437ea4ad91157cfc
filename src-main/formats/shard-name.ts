/** Names of the parts of a model in several files, such as `model-00001-of-00003.gguf`. Pure. */
import { baseName, folderOf } from '../../src-shared/domain/variants/classify.ts';

export interface ShardName {
  readonly folder: string;
  /** What is in front of the number, and behind it, the extension included. */
  readonly before: string;
  readonly after: string;
  /** From 0 on; names count from 1. */
  readonly index: number;
  readonly count: number;
}

const SHARD = /^(.*?[-_.])(\d{5})-of-(\d{5})(.*)$/;

/** `undefined` for a file on its own. */
export function readShardName(path: string): ShardName | undefined {
  const [, before = '', number, count, after = ''] = SHARD.exec(baseName(path)) ?? [];
  if (number === undefined) return undefined;
  return {
    folder: folderOf(path),
    before,
    after,
    index: Number(number) - 1,
    count: Number(count),
  };
}

export function writeShardName({ folder, before, after, index, count }: ShardName): string {
  const digits = (value: number) => String(value).padStart(5, '0');
  return inFolder(folder, `${before}${digits(index + 1)}-of-${digits(count)}${after}`);
}

export const inFolder = (folder: string, path: string) =>
  folder === '' ? path : `${folder}/${path}`;
