import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Cipher,
  openSecrets,
  type SecretProtection,
} from '../../../src-main/stores/secrets.ts';
import type { AppError } from '../../../src-shared/errors.ts';

const TOKEN = 'hf_abcdefghijklmnop';

let folder: string;
let path: string;
let raised: AppError[];
let settled: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-secrets-'));
  path = join(folder, 'secrets.json');
  raised = [];
  settled = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Reverses the text behind the name of its key. */
function cipher(protection: SecretProtection, key = 'k1'): Cipher {
  const reverse = (text: string) => [...text].reverse().join('');
  return {
    kind: async () => protection,
    encrypt: async (text) => `${key}:${reverse(text)}`,
    async decrypt(text) {
      if (!text.startsWith(`${key}:`)) throw new Error(`wrong key for ${text}`);
      return reverse(text.slice(key.length + 1));
    },
  };
}

function open(protection: SecretProtection = 'encrypted', key?: string, HF_TOKEN?: string) {
  return openSecrets({
    path,
    cipher: cipher(protection, key),
    environment: { HF_TOKEN },
    alerts: {
      raise: (error) => {
        raised.push(error);
        return undefined as never;
      },
      settle: (cause) => settled.push(cause),
    },
    now: () => Date.UTC(2026, 0, 31, 12),
  });
}

const NO_CONSENT = { allowPlainText: false };

describe('an access token', () => {
  it('is absent until it is set', async () => {
    const secrets = await open();
    expect(secrets.get()).toBeUndefined();
    expect(secrets.origin()).toBe('none');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is stored encrypted, for this user only, and read at the next start', async () => {
    const secrets = await open();
    expect(await secrets.set(TOKEN, NO_CONSENT)).toEqual({ stored: 'encrypted' });
    expect(await readFile(path, 'utf8')).not.toContain(TOKEN);
    const next = await open();
    expect(next.get()).toBe(TOKEN);
    expect(next.origin()).toBe('settings');
  });

  it.skipIf(process.platform === 'win32')(
    'lies in a file of mode 0600, also over a looser one',
    async () => {
      await writeFile(path, '{"version":1,"tokens":{}}', { mode: 0o644 });
      await (await open()).set(TOKEN, NO_CONSENT);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    },
  );

  it('is stored as plain text only with consent', async () => {
    const secrets = await open('plain-text');
    await expect(secrets.set(TOKEN, NO_CONSENT)).rejects.toMatchObject({
      code: 'SECRET_STORE_PLAIN',
    });
    expect(await readdir(folder)).toEqual([]);
    expect(await secrets.set(TOKEN, { allowPlainText: true })).toEqual({ stored: 'plain-text' });
    expect((await open('plain-text')).get()).toBe(TOKEN);
  });

  it('is gone without a trace once forgotten', async () => {
    const secrets = await open('plain-text');
    await secrets.set(TOKEN, { allowPlainText: true });
    expect(await secrets.set(null, NO_CONSENT)).toEqual({ stored: 'none' });
    expect(secrets.get()).toBeUndefined();
    for (const name of await readdir(folder)) {
      expect(await readFile(join(folder, name), 'utf8')).not.toContain(TOKEN);
    }
  });

  it('comes from HF_TOKEN when none is stored', async () => {
    const secrets = await open('encrypted', 'k1', ' hf_env ');
    expect([secrets.get(), secrets.origin()]).toEqual(['hf_env', 'environment']);
    await secrets.set(TOKEN, NO_CONSENT);
    expect([secrets.get(), secrets.origin()]).toEqual([TOKEN, 'settings']);
  });

  it('that cannot be decrypted counts as absent, is reported, and is kept for a better day', async () => {
    await (await open()).set(TOKEN, NO_CONSENT);
    const secrets = await open('encrypted', 'k2');
    expect(secrets.get()).toBeUndefined();
    expect(raised).toMatchObject([{ code: 'SECRET_UNREADABLE' }]);
    expect((await open('encrypted', 'k1')).get()).toBe(TOKEN);
    settled = [];
    await secrets.set(TOKEN, NO_CONSENT);
    expect(settled).toHaveLength(1);
  });

  it('survives in no error: a damaged file is set aside and reported', async () => {
    await writeFile(path, `{"tokens":{"hf":"${TOKEN}`);
    expect((await open()).get()).toBeUndefined();
    expect(raised).toMatchObject([{ code: 'DOCUMENT_DAMAGED' }]);
    expect(await readdir(folder)).toEqual(['secrets.json.damaged-2026-01-31T12-00-00-000Z']);
    expect(JSON.stringify(raised.map(String))).not.toContain(TOKEN);
  });

  it('that no header could carry is refused without repeating it', async () => {
    const setting = (await open()).set('hf_a\nX-Evil: 1', NO_CONSENT);
    await expect(setting).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(setting).rejects.not.toThrow('Evil');
  });

  it('is the last one that was set, however fast they come', async () => {
    const secrets = await open();
    await Promise.all(['hf_1', 'hf_2', 'hf_3'].map((token) => secrets.set(token, NO_CONSENT)));
    expect(secrets.get()).toBe('hf_3');
    expect((await open()).get()).toBe('hf_3');
  });
});
