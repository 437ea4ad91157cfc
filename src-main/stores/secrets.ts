/**
 * Access tokens of hubs: `secrets.json`, mode 0600, encrypted wherever the system can. There is no
 * previous generation: a forgotten token is gone. Tokens appear in no error and no log.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../src-shared/errors.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { errorCodeOf, setAside, unusable, writeFileAtomic } from './atomic-file.ts';

export type SecretProtection = 'encrypted' | 'plain-text';

/** Encryption with a key the system keeps for this user. */
export interface Cipher {
  /** `plain-text` when the system has no such key; the other two are not called then. */
  kind(): Promise<SecretProtection>;
  encrypt(text: string): Promise<string>;
  /** Rejects when the text was encrypted under another key. */
  decrypt(text: string): Promise<string>;
}

export interface SecretsOptions {
  /** Absolute path of `secrets.json`. */
  readonly path: string;
  readonly cipher: Cipher;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of a token that cannot be decrypted, and of a damaged file. */
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Secrets {
  /** The stored token, else `HF_TOKEN`. */
  get(): string | undefined;
  origin(): 'settings' | 'environment' | 'none';
  /** How a token would be stored here. */
  protection(): Promise<SecretProtection>;
  /**
   * Stores a token, or with `null` forgets it.
   * @throws AppError `SECRET_STORE_PLAIN` without key store and consent, `INPUT_INVALID`,
   * `DATA_FILE_UNUSABLE`; the old token stays then
   */
  set(
    token: string | null,
    options: { readonly allowPlainText: boolean },
  ): Promise<{ stored: SecretProtection | 'none' }>;
}

const UNREADABLE = 'secrets:unreadable';

const storedTokenSchema = z.object({
  protection: z.enum(['encrypted', 'plain-text']),
  text: z.string().min(1),
});
type StoredToken = z.infer<typeof storedTokenSchema>;

const secretsFileSchema = z.object({
  version: z.literal(1),
  tokens: z.object({ hf: storedTokenSchema.optional() }),
});

/** Reads and decrypts what is stored; damage is reported, not thrown. */
export async function openSecrets(options: SecretsOptions): Promise<Secrets> {
  const { path, cipher, environment, alerts } = options;
  const fromEnvironment = environment.HF_TOKEN?.trim() || undefined;
  let token = await readToken(options);
  let lastChange: Promise<unknown> = Promise.resolve();

  async function store(text: string, allowPlainText: boolean): Promise<SecretProtection> {
    if (!isHeaderSafe(text)) {
      throw new AppError('INPUT_INVALID', { problem: 'the token holds characters no token has' });
    }
    const protection = await cipher.kind();
    if (protection === 'plain-text' && !allowPlainText)
      throw new AppError('SECRET_STORE_PLAIN', {});
    const kept = protection === 'encrypted' ? await cipher.encrypt(text) : text;
    await writeToken(path, { protection, text: kept });
    return protection;
  }

  async function change(text: string | null, allowPlainText: boolean): ReturnType<Secrets['set']> {
    const stored = text === null ? 'none' : await store(text, allowPlainText);
    if (text === null) await writeToken(path, undefined);
    token = text ?? undefined;
    alerts.settle(UNREADABLE);
    return { stored };
  }

  return {
    get: () => token ?? fromEnvironment,
    origin: () => (token ? 'settings' : fromEnvironment ? 'environment' : 'none'),
    protection: () => cipher.kind(),
    set(text, { allowPlainText }) {
      const changing = lastChange.then(() => change(text, allowPlainText));
      lastChange = changing.catch(() => undefined);
      return changing;
    },
  };
}

async function readToken({ path, cipher, alerts, now = Date.now }: SecretsOptions) {
  try {
    const stored = await readStored(path);
    if (stored === 'damaged') {
      const keptAs = basename(await setAside(path, now()));
      alerts.raise(...damageAlert({ name: basename(path), keptAs, recovered: false }));
      return undefined;
    }
    return stored?.protection === 'encrypted' ? await decrypt(stored.text, cipher) : stored?.text;
  } catch (error) {
    alerts.raise(unusable(path, error), { cause: UNREADABLE });
    return undefined;
  }
}

async function decrypt(text: string, cipher: Cipher): Promise<string> {
  try {
    return await cipher.decrypt(text);
  } catch (cause) {
    throw new AppError('SECRET_UNREADABLE', {}, { cause });
  }
}

/** @throws what `readFile` throws, except that a missing file holds no token */
async function readStored(path: string): Promise<StoredToken | 'damaged' | undefined> {
  try {
    const file = parseFile(await readFile(path, 'utf8'));
    return file ? file.tokens.hf : 'damaged';
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseFile(text: string) {
  try {
    return secretsFileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function writeToken(path: string, hf: StoredToken | undefined): Promise<void> {
  const tokens = hf ? { hf } : {};
  return writeFileAtomic(path, `${JSON.stringify({ version: 1, tokens })}\n`, { mode: 0o600 });
}

/** Printable ASCII without spaces: what can stand in an `Authorization` header. */
function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
