import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Alerts, openAlerts } from '../../../src-main/stores/alerts.ts';
import { alertSchema } from '../../../src-shared/domain/alert.ts';
import { AppError } from '../../../src-shared/errors.ts';

let folder: string;
let now: number;
const opened: Alerts[] = [];
let published: { type: string; data: object }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-alerts-'));
  now = Date.UTC(2026, 0, 31);
  published = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((alerts) => alerts.flush()));
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Alerts> {
  const alerts = await openAlerts({
    path: join(folder, 'alerts.json'),
    clock: { now: () => now },
    publish: (type, data) => published.push({ type, data }),
  });
  opened.push(alerts);
  return alerts;
}

const missing = (folderName: string) => new AppError('LIBRARY_MISSING', { folder: folderName });

describe('alerts', () => {
  it('are raised, published, and still there after a restart', async () => {
    const alerts = await open();
    const alert = alerts.raise(missing('/a'), { cause: 'library:/a', modelId: 'hf:o/n' });
    expect(alertSchema.parse(alert)).toEqual(alert);
    expect(published).toEqual([{ type: 'health.alert', data: { alertId: alert.id, alert } }]);
    await alerts.flush();
    expect((await open()).list()).toEqual([alert]);
  });

  it('stand once per cause, with the newest error', async () => {
    const alerts = await open();
    const first = alerts.raise(missing('/a'), { cause: 'library' });
    now += 1000;
    const second = alerts.raise(missing('/b'), { cause: 'library' });
    expect(second.id).toBe(first.id);
    expect(alerts.list()).toEqual([second]);
  });

  it('are no news when the same error comes again', async () => {
    const alerts = await open();
    const first = alerts.raise(missing('/a'), { cause: 'library' });
    now += 1000;
    expect(alerts.raise(missing('/a'), { cause: 'library' })).toEqual(first);
    expect(published).toHaveLength(1);
  });

  it('are listed newest first', async () => {
    const alerts = await open();
    const ids = ['one', 'two'].map((cause) => alerts.raise(missing(cause), { cause }).id);
    expect(alerts.list().map(({ id }) => id)).toEqual(ids.reverse());
  });

  it('go away when dismissed, or when their cause is settled', async () => {
    const alerts = await open();
    const { id } = alerts.raise(missing('/a'), { cause: 'one' });
    alerts.raise(missing('/b'), { cause: 'two' });
    alerts.dismiss(id);
    alerts.settle('two');
    alerts.settle('three');
    alerts.dismiss('unknown');
    expect(alerts.list()).toEqual([]);
    expect(published.slice(2)).toMatchObject([
      { data: { alert: null } },
      { data: { alert: null } },
    ]);
  });

  it('make room for new ones beyond two hundred', async () => {
    const alerts = await open();
    for (let count = 0; count < 205; count += 1) alerts.raise(missing('/'), { cause: `c${count}` });
    expect(alerts.list()).toHaveLength(200);
  });

  it('report the damage of their own file', async () => {
    await writeFile(join(folder, 'alerts.json'), '{"items": [');
    expect((await open()).list()).toMatchObject([{ error: { code: 'DOCUMENT_DAMAGED' } }]);
  });
});
