import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSettingsStore } from '../../../src-main/stores/settings.ts';
import type { SettingsFile } from '../../../src-main/stores/settings-file.ts';
import { NO_STORED_SETTINGS } from '../../../src-main/stores/stored-settings.ts';
import { createDispatch } from '../../../src-main/transports/dispatch.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import { createApiControl } from '../../../src-main/transports/http/api-control.ts';
import { createApiFile } from '../../../src-main/transports/http/api-file.ts';
import { readApiToken } from '../../../src-main/transports/http/api-token.ts';
import { createHttpApi } from '../../../src-main/transports/http/http-api.ts';
import type { AppError } from '../../../src-shared/errors.ts';
import { createManualClock } from '../../unit/transports/manual-clock.ts';
import { createRecordingHandlers, createRecordingLog } from '../../unit/transports/recording.ts';

const PID = 4242;
let folder: string;
let path: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-api-'));
  path = join(folder, 'api.json');
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await rm(folder, { recursive: true, force: true });
});

function memoryFile(): SettingsFile {
  let stored = NO_STORED_SETTINGS;
  return {
    read: () => stored,
    write: (next) => {
      stored = next;
    },
  };
}

function setup() {
  const { log } = createRecordingLog();
  const { clock } = createManualClock();
  const bus = createEventBus({ clock, log });
  const raised = new Map<string, AppError>();
  const settings = createSettingsStore({
    file: memoryFile(),
    environment: {},
    commandLine: {},
    publish: bus.publish,
  });
  const dispatch = createDispatch(createRecordingHandlers().handlers, log);
  const control = createApiControl({
    settings,
    token: () => readApiToken(join(folder, 'api-token')),
    createApi: (token) => createHttpApi({ dispatch, bus, clock, log, token, version: '1' }),
    file: createApiFile(path, PID),
    alerts: {
      raise: (error, { cause }) => {
        raised.set(cause, error);
        return undefined as never;
      },
      settle: (cause) => raised.delete(cause),
    },
    log,
  });
  stops.push(control.stop);
  return { settings, control, raised: () => [...raised.values()] };
}

async function apiFile() {
  return JSON.parse(await readFile(path, 'utf8')) as { url: string; token: string; pid: number };
}

async function status({ url, token }: { url: string; token: string }): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/api/v1/models`, { headers })).status;
}

async function occupy(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

const gone = expect.objectContaining({ code: 'ENOENT' });

describe('the local API', () => {
  it('is off until the settings say otherwise', async () => {
    const { control } = setup();
    await control.start();
    expect(control.url()).toBeNull();
    await expect(stat(path)).rejects.toEqual(gone);
  });

  it('starts when it is enabled, and says where in a file for this user only', async () => {
    const { control, settings } = setup();
    await control.start();
    settings.patch({ api: { enabled: true } });
    await control.settled();
    const file = await apiFile();
    expect(file).toEqual({
      url: control.url(),
      token: expect.stringMatching(/^[\w-]{43}$/),
      pid: PID,
    });
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await status(file)).toBe(200);
  });

  it('stops when it is disabled, and takes the file with it', async () => {
    const { control, settings } = setup();
    settings.patch({ api: { enabled: true } });
    await control.start();
    const file = await apiFile();
    settings.patch({ api: { enabled: false } });
    await control.settled();
    await expect(stat(path)).rejects.toEqual(gone);
    await expect(status(file)).rejects.toThrow('fetch failed');
  });

  it('moves to another port with the token that programs have been given', async () => {
    const { control, settings } = setup();
    settings.patch({ api: { enabled: true } });
    await control.start();
    const before = await apiFile();
    const { server, port } = await occupy();
    await new Promise((resolve) => server.close(resolve));
    settings.patch({ api: { port } });
    await control.settled();
    const after = await apiFile();
    expect(after.url).toBe(`http://127.0.0.1:${port}`);
    expect(after.token).toBe(before.token);
    expect(await status(after)).toBe(200);
    expect(await status({ ...after, token: 'x'.repeat(43) })).toBe(401);
  });

  it('keeps its token for this user only, and makes a new one when the file is damaged or gone', async () => {
    const kept = join(folder, 'api-token');
    const first = await readApiToken(kept);
    if (process.platform !== 'win32') expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect(await readApiToken(kept)).toBe(first);
    await writeFile(kept, 'torn');
    const second = await readApiToken(kept);
    expect(second).toMatch(/^[\w-]{43}$/);
    expect(second).not.toBe(first);
  });

  it('becomes an alert when its port is taken, and recovers on another', async () => {
    const { control, settings, raised } = setup();
    const { port } = await occupy();
    settings.patch({ api: { enabled: true, port } });
    await control.start();
    expect(control.url()).toBeNull();
    expect(raised()).toMatchObject([{ code: 'API_PORT_TAKEN', params: { port } }]);
    await expect(stat(path)).rejects.toEqual(gone);
    settings.patch({ api: { port: 0 } });
    await control.settled();
    expect(raised()).toEqual([]);
    expect(await status(await apiFile())).toBe(200);
  });

  it('follows quick changes in order', async () => {
    const { control, settings } = setup();
    await control.start();
    for (const enabled of [true, false, true, false, true]) settings.patch({ api: { enabled } });
    await control.settled();
    expect(control.url()).toBe((await apiFile()).url);
    expect(await status(await apiFile())).toBe(200);
  });

  it('replaces the file of a process that was killed', async () => {
    await writeFile(path, JSON.stringify({ url: 'http://127.0.0.1:1', token: 'old', pid: 1 }), {
      mode: 0o644,
    });
    const { control, settings } = setup();
    settings.patch({ api: { enabled: true } });
    await control.start();
    expect(await apiFile()).toMatchObject({ url: control.url(), pid: PID });
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves the file alone when another process has replaced it', async () => {
    const { control, settings } = setup();
    settings.patch({ api: { enabled: true } });
    await control.start();
    await writeFile(path, JSON.stringify({ url: 'http://127.0.0.1:1', token: 'theirs', pid: 1 }));
    await control.stop();
    expect(await apiFile()).toMatchObject({ token: 'theirs' });
  });

  it('stays off after the last stop, whatever the settings say then', async () => {
    const { control, settings } = setup();
    settings.patch({ api: { enabled: true } });
    await control.start();
    await control.stop();
    settings.patch({ api: { port: 0, enabled: true } });
    await control.settled();
    expect(control.url()).toBeNull();
  });
});
