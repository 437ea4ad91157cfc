import { access, appendFile, readdir, readFile, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuditHead,
  chain,
  EMPTY_HEAD,
  verifyAudit,
} from '../../../src-main/stores/audit-chain.ts';
import { openAuditLog } from '../../../src-main/stores/audit-log.ts';
import { temporaryFolder } from '../../support/folders.ts';

const AT = '2026-01-31T12:00:00.000Z';

function chainOf(count: number): { lines: string[]; head: AuditHead } {
  let head: AuditHead = EMPTY_HEAD;
  const lines = Array.from({ length: count }, (_, index) => {
    const entry = chain(head, {
      at: AT,
      act: 'delete',
      subject: `model-${index}`,
      facts: { index },
    });
    head = { seq: entry.seq, hash: entry.hash };
    return JSON.stringify(entry);
  });
  return { lines, head };
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

describe('S7 the chain of the audit log', () => {
  it('is intact as it was written', () => {
    const { lines, head } = chainOf(20);
    expect(verifyAudit(textOf(lines), head)).toMatchObject({ intact: true, entries: 20 });
    expect(verifyAudit('', null)).toMatchObject({ intact: true, entries: 0 });
  });

  it('shows any line that was changed, taken out, doubled or moved, and where', () => {
    const { lines, head } = chainOf(12);
    const place = fc.nat(lines.length - 1);
    const kinds = fc.constantFrom('edit', 'delete', 'double', 'swap');
    fc.assert(
      fc.property(place, place, kinds, (first, second, kind) => {
        const changed = [...lines];
        const other = first === second ? (first + 1) % lines.length : second;
        if (kind === 'edit') changed[first] = lines[first]?.replace('model-', 'another-') ?? '';
        else if (kind === 'delete') changed.splice(first, 1);
        else if (kind === 'double') changed.splice(first, 0, lines[first] ?? '');
        else [changed[first], changed[other]] = [lines[other] ?? '', lines[first] ?? ''];
        expect(verifyAudit(textOf(changed), head)).toMatchObject({ intact: false });
      }),
    );
  });

  it('shows that its end is missing, by what lies beside it', () => {
    const { lines, head } = chainOf(5);
    const cut = textOf(lines.slice(0, 3));
    expect(verifyAudit(cut, head)).toMatchObject({ intact: false, line: 4 });
    expect(verifyAudit(textOf(lines).slice(0, -10), head)).toMatchObject({
      intact: false,
      line: 5,
    });
  });
});

async function openLog(folder?: string) {
  const base = folder ?? (await temporaryFolder());
  const file = path.join(base, 'audit.log');
  const failures: unknown[] = [];
  const log = await openAuditLog({
    path: file,
    clock: { now: () => Date.parse(AT) },
    onWriteFailed: (error) => failures.push(error),
  });
  return { log, file, base, failures };
}

describe('S7 audit.log', () => {
  it('keeps the order of acts that were recorded together, over a restart', async () => {
    const { log, base } = await openLog();
    for (let index = 0; index < 20; index += 1) log.record('delete', `model-${index}`);
    await log.flush();
    const again = await openLog(base);
    again.log.record('release', 'model-x', { reason: 'mine' });
    const entries = await again.log.list(100);
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 21 }, (_, index) => 21 - index),
    );
    expect(entries[0]).toMatchObject({ act: 'release', facts: { reason: 'mine' } });
    expect(await again.log.verify()).toMatchObject({ intact: true, entries: 21 });
  });

  it('sets a torn last line aside, and says so', async () => {
    const { log, base, file } = await openLog();
    log.record('delete', 'a');
    log.record('delete', 'b');
    await log.flush();
    await appendFile(file, '{"seq":3,"at"');
    const again = await openLog(base);
    expect((await again.log.list(1))[0]).toMatchObject({ seq: 3, act: 'log-torn' });
    expect(await again.log.verify()).toMatchObject({ intact: true, entries: 3 });
    expect((await readdir(base)).some((name) => name.includes('torn'))).toBe(true);
  });

  it('notices that it was shortened while the program was away', async () => {
    const { log, file } = await openLog();
    log.record('delete', 'a');
    log.record('delete', 'b');
    await log.flush();
    const text = await readFile(file, 'utf8');
    await truncate(file, text.indexOf('\n') + 1);
    expect(await log.verify()).toMatchObject({ intact: false, line: 2 });
  });

  it('never holds a secret', async () => {
    const { log, file } = await openLog();
    log.record('settings', 'token', { header: 'Bearer hf_verysecrettoken12345' });
    await log.flush();
    expect(await readFile(file, 'utf8')).not.toContain('verysecret');
  });

  it('reports a disk that fails, and lets the act be', async () => {
    const { log, file, base, failures } = await openLog();
    await rm(base, { recursive: true });
    log.record('delete', 'a');
    await log.flush();
    expect(failures).toMatchObject([{ code: 'DATA_FILE_UNUSABLE' }]);
    await expect(access(file)).rejects.toThrow();
  });
});
