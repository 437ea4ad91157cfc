/** Requests that wait: `requests.json`, and what was asked in `requests/`, encrypted wherever the system can. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Alerts, damageAlert } from './alerts.ts';
import { errorCodeOf, unusable } from './atomic-file.ts';
import { openDocument } from './document.ts';
import { renamePatiently } from './rename-patiently.ts';
import type { Cipher } from './secrets.ts';

const VERSION = 1;

const sealedSchema = z.object({
  protection: z.enum(['encrypted', 'plain-text']),
  text: z.string(),
});

/** @param item one request on the list */
export async function openRequestDocuments<T extends { readonly id: string }>(options: {
  readonly path: string;
  readonly folder: string;
  readonly item: z.ZodType<T>;
  readonly cipher: Cipher;
  readonly alerts: Pick<Alerts, 'raise'>;
}) {
  const { folder, cipher, alerts } = options;
  const document = await openDocument<{ readonly items: readonly T[] }>({
    path: options.path,
    schema: z.object({ items: z.array(options.item) }),
    version: VERSION,
    defaults: { items: [] },
    delayMs: 50,
    onDamage: (damage) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing requests.json' }),
  });
  const nameOf = (id: string) => `${encodeURIComponent(id)}.json`;
  const placeOf = (id: string) => path.join(folder, nameOf(id));
  const listed = new Set(document.data.items.flatMap(({ id }) => [id, answerKey(id)].map(nameOf)));
  await removeOthers(folder, listed);

  return {
    list: {
      get: () => document.data.items,
      update: (change: (items: readonly T[]) => readonly T[]): void =>
        document.update(({ items }) => ({ items: change(items) })),
      flush: document.flush,
    },
    bodies: {
      /** @throws AppError `DATA_FILE_UNUSABLE` */
      async put(id: string, body: unknown): Promise<void> {
        const text = JSON.stringify(body);
        const protection = await cipher.kind();
        const kept = protection === 'encrypted' ? await cipher.encrypt(text) : text;
        try {
          await mkdir(folder, { recursive: true, mode: 0o700 });
          await writeWhole(placeOf(id), `${JSON.stringify({ protection, text: kept })}\n`);
        } catch (error) {
          throw unusable(placeOf(id), error);
        }
      },
      /** `null` for what is gone, damaged, or was encrypted under a key that is gone. */
      async get(id: string): Promise<unknown> {
        try {
          const { protection, text } = sealedSchema.parse(
            JSON.parse(await readFile(placeOf(id), 'utf8')),
          );
          return JSON.parse(protection === 'encrypted' ? await cipher.decrypt(text) : text);
        } catch {
          return null;
        }
      },
      async remove(id: string): Promise<void> {
        await rm(placeOf(id), { force: true }).catch((error: unknown) => {
          if (errorCodeOf(error) !== 'ENOENT') throw error;
        });
      },
    },
    flush: document.flush,
  };
}

/** Where the answer to a request lies, beside what was asked. */
export const answerKey = (id: string) => `${id}.answer`;

/** What an end of the program left behind: nobody would ever come for it. */
async function removeOthers(folder: string, listed: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => !listed.has(name));
  await Promise.all(others.map((name) => rm(path.join(folder, name), { force: true })));
}

/**
 * Whole or not at all for whoever reads it and for an end of the program. It is not synced: thousands may come at
 * once, and after a power cut a request that cannot be read says so.
 */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text, { mode: 0o600 });
  await renamePatiently(`${file}.tmp`, file);
}
