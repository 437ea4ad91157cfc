/** The built application in the real Electron without a window, driven through its local API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../src-shared/contract/operations.ts';
import { OPERATIONS } from '../../src-shared/contract/operations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface HeadlessApp {
  readonly url: string;
  readonly token: string;
  /** Calls an operation over HTTP. @returns status and parsed body */
  call<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
  ): Promise<{ status: number; body: OperationOutput<N> }>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has. @returns exit code */
  end(): Promise<number | null>;
}

interface LaunchOptions {
  readonly userData: string;
  readonly hubUrl: string;
  readonly args?: readonly string[];
}

export async function launchHeadless(options: LaunchOptions): Promise<HeadlessApp> {
  const child = start(options);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async () => {
    if (!isOver()) child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  await saysItRuns(child);
  const { url, token } = JSON.parse(
    await readFile(path.join(options.userData, 'api.json'), 'utf8'),
  ) as { url: string; token: string };
  return {
    url,
    token,
    call: (name, input) => call(url, token, name, input),
    kill,
    end: () => {
      if (!isOver()) child.kill('SIGTERM');
      return ended;
    },
  };
}

function start({ userData, hubUrl, args = [] }: LaunchOptions): ChildProcess {
  const electron = createRequire(import.meta.url)('electron') as string;
  const rootSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const switches = ['--headless', '--api', `--user-data-dir=${userData}`];
  const { HF_TOKEN: _token, ...environment } = process.env;
  return spawn(electron, [...rootSwitches, ROOT, ...switches, ...args], {
    env: { ...environment, HOME: userData, HF_ENDPOINT: hubUrl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function saysItRuns(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the application ended with ${code}`)));
    if (!child.stdout) return reject(new Error('no output to read'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('Larder is running')) resolve();
    });
  });
}

async function call<N extends OperationName>(
  url: string,
  token: string,
  name: N,
  input: OperationInput<N>,
) {
  const { method, path: template } = OPERATIONS[name].http;
  const rest: Record<string, unknown> = { ...input };
  const place = template.replace(/\{(\w+)\}/g, (_whole, key: string) => {
    const value = rest[key];
    delete rest[key];
    return encodeURIComponent(String(value));
  });
  const inQuery = method === 'GET' || method === 'DELETE';
  const query = inQuery ? `?${new URLSearchParams(rest as Record<string, string>)}` : '';
  const answer = await fetch(`${url}${place}${query}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(!inQuery && { 'content-type': 'application/json' }),
    },
    ...(!inQuery && { body: JSON.stringify(rest) }),
  });
  return { status: answer.status, body: (await answer.json()) as OperationOutput<N> };
}
