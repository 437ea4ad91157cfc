/**
 * The token of the local API: made once and kept in a file that only this user can read, because the programs it is
 * given to keep it as well. Whoever deletes the file gets a new one.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorCodeOf, unusable, writeFileAtomic } from '../../stores/atomic-file.ts';

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

/** @throws AppError `DATA_FILE_UNUSABLE` */
export async function readApiToken(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return '';
    throw unusable(path, error);
  });
  if (TOKEN.test(known.trim())) return known.trim();
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await writeFileAtomic(path, `${token}\n`, { mode: 0o600 });
  return token;
}
