/** Turns what the operating system says about a file into a coded error, where it is born. */
import path from 'node:path';
import { AppError } from '../../src-shared/errors.ts';

/** `ENOENT` and the like; `undefined` for other values. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);
const GONE = new Set(['ENOENT', 'ENODEV', 'ENXIO', 'EIO', 'ENOTDIR', 'ESTALE']);

/**
 * @param folder the folder to name, where the file's own would not say much
 * @returns `LIBRARY_UNWRITABLE`, `LIBRARY_MISSING`, `FILE_TOO_LARGE`, `FILE_IN_THE_WAY`, or the error as it came
 */
export function translateFileError(
  error: unknown,
  file: string,
  folder: string = path.dirname(file),
): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  if (REFUSED.has(code)) return new AppError('LIBRARY_UNWRITABLE', { folder }, { cause: error });
  if (GONE.has(code)) return new AppError('LIBRARY_MISSING', { folder }, { cause: error });
  if (code === 'EFBIG') return new AppError('FILE_TOO_LARGE', { path: file }, { cause: error });
  if (code === 'ELOOP' || code === 'EISDIR') {
    return new AppError('FILE_IN_THE_WAY', { path: file }, { cause: error });
  }
  return error;
}
