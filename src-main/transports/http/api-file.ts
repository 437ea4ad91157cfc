/** `api.json`: how other programs of the same person find the local API while it runs. */
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { errorCodeOf, writeFileAtomic } from '../../stores/atomic-file.ts';

const apiFileSchema = z.object({ url: z.string(), token: z.string(), pid: z.int() });

export interface ApiFile {
  /**
   * Announces the API, readable for this user only. A file left behind by a killed process is replaced.
   * @throws AppError `DATA_FILE_UNUSABLE`
   */
  write(address: { readonly url: string; readonly token: string }): Promise<void>;
  /** Removes the file, unless another process has replaced it meanwhile. */
  remove(): Promise<void>;
}

/** @param pid of this process */
export function createApiFile(path: string, pid: number): ApiFile {
  return {
    async write({ url, token }) {
      await writeFileAtomic(path, `${JSON.stringify({ url, token, pid })}\n`, { mode: 0o600 });
    },
    async remove() {
      if ((await ownerOf(path)) === pid) await rm(path, { force: true });
    },
  };
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return apiFileSchema.parse(JSON.parse(await readFile(path, 'utf8'))).pid;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || error instanceof z.ZodError) return undefined;
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
