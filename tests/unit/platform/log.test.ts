import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLog, formatLine } from '../../../src-main/platform/log.ts';
import { temporaryFolder } from '../../support/folders.ts';

const now = () => Date.parse('2025-01-06T09:00:00.000Z');

async function readLines(folder: string, name = 'larder.log') {
  const text = await readFile(path.join(folder, name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('writes one object a line, in order, in a folder it makes itself', async () => {
    const folder = path.join(await temporaryFolder(), 'logs', 'deep');
    const log = createLog({ folder, now });
    log.info('started', { version: '0.1.0' });
    log.warn('slow');
    log.error('failed', { error: Object.assign(new Error('no\nroom'), { code: 'ENOSPC' }) });
    await log.flush();
    const lines = await readLines(folder);
    expect(lines.slice(0, 2)).toEqual([
      { at: '2025-01-06T09:00:00.000Z', level: 'info', message: 'started', version: '0.1.0' },
      { at: '2025-01-06T09:00:00.000Z', level: 'warn', message: 'slow' },
    ]);
    expect(lines[2]).toMatchObject({
      level: 'error',
      error: { code: 'ENOSPC', message: 'no\nroom' },
    });
  });

  it('keeps at most three files of the given size, the newest lines in the first', async () => {
    const folder = await temporaryFolder();
    const log = createLog({ folder, now, maxBytes: 500 });
    for (let index = 0; index < 100; index += 1) {
      log.info('entry', { index });
      await log.flush();
    }
    expect((await readdir(folder)).toSorted()).toEqual([
      'larder.1.log',
      'larder.2.log',
      'larder.log',
    ]);
    const kept: unknown[] = [];
    for (const name of ['larder.2.log', 'larder.1.log', 'larder.log']) {
      expect((await stat(path.join(folder, name))).size).toBeLessThanOrEqual(500);
      kept.push(...(await readLines(folder, name)).map(({ index }) => index));
    }
    expect(kept.at(-1)).toBe(99);
    expect(kept).toEqual(kept.map((_, place) => 100 - kept.length + place));
  });

  it('goes on in the file of the last run', async () => {
    const folder = await temporaryFolder();
    for (const message of ['first', 'second']) {
      const log = createLog({ folder, now });
      log.info(message);
      await log.flush();
    }
    expect((await readLines(folder)).map(({ message }) => message)).toEqual(['first', 'second']);
  });

  it('reports that it cannot be written, and never throws', async () => {
    const folder = path.join(await temporaryFolder(), 'a-file');
    await writeFile(folder, '');
    const failures: unknown[] = [];
    const log = createLog({ folder, now, onFailure: (error) => failures.push(error) });
    log.info('lost');
    await log.flush();
    expect(failures).toMatchObject([{ code: 'EEXIST' }]);
  });
});

describe('formatLine', () => {
  it('does not let a fact replace time, level or message', () => {
    const facts = { level: 'error', message: 'other', at: 1 };
    expect(JSON.parse(formatLine({ at: 0, level: 'info', message: 'm', facts }))).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'm',
    });
  });

  it('cuts what refers to itself or is huge', () => {
    const cycle: Record<string, unknown> = {
      bytes: new Uint8Array(10 ** 6),
      when: new Date(0),
      n: 5n,
    };
    for (let index = 0; index < 90; index += 1) cycle[`self${index}`] = cycle;
    const line = formatLine({ at: 0, level: 'info', message: 'm', facts: { cycle } });
    expect(line.length).toBeLessThan(1_000_000);
    expect(JSON.parse(line)).toMatchObject({ cycle: { bytes: '1000000 bytes', n: '5' } });
  });
});
