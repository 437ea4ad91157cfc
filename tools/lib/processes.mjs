import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const LAST_OUTPUT_MS = 500;
const ORPHAN_POLL_MS = 300;

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 128 + signal number when a signal ended it
 * @property {string} output what it printed, when it was captured
 * @property {boolean} timedOut whether its time limit ended it
 */

/** Process groups that must not outlive this process. */
const groups = new Set();

process.on('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
});

/**
 * Runs a command to its end and returns what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Ended>}
 */
export function capture(command, args, options = {}) {
  return finish(
    startGroup(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
    options,
  );
}

/**
 * Runs a command to its end with its output on this terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Ended>}
 */
export function show(command, args, options = {}) {
  return finish(
    startGroup(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] }),
    options,
  );
}

/**
 * Runs a command in the foreground: it gets the terminal and every signal sent to this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, detached?: boolean }} [options]
 * @returns {Promise<number>} its exit code
 */
export async function foreground(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const orphaned = whenOrphaned(() => forward('SIGTERM'));
  try {
    return (await finish(child, {})).code;
  } finally {
    clearInterval(orphaned);
    for (const signal of signals) process.off(signal, forward);
  }
}

/**
 * Starts a command as the leader of its own process group, so that all of it can be ended at once.
 * The group is killed when this process exits.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  if (child.pid !== undefined) {
    const { pid } = child;
    groups.add(pid);
    child.once('close', () => groups.delete(pid));
  }
  return child;
}

/**
 * Ends a process group, first politely.
 * @param {import('node:child_process').ChildProcess} child
 */
export function endGroup(child, graceMs = 3_000) {
  if (child.pid === undefined) return;
  const { pid } = child;
  signalGroup(pid, 'SIGTERM');
  setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs).unref();
}

/** Makes SIGINT and SIGTERM end this process, and with it every group it started. */
export function exitOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  whenOrphaned(() => process.exit(128 + constants.signals.SIGTERM));
}

/** A signal to npm ends npm and its shell without reaching the script: losing the parent tells of it. */
function whenOrphaned(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, ORPHAN_POLL_MS);
  return timer.unref();
}

function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Waits for the end of a command, which its time limit may bring about. A stray descendant that keeps the
 * command's pipes open is waited for only briefly.
 * @param {import('node:child_process').ChildProcess} child
 * @param {{ timeoutMs?: number }} options
 * @returns {Promise<Ended>}
 */
async function finish(child, { timeoutMs }) {
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const limit = startLimit(child, timeoutMs);
  const code = await exitOf(child);
  limit.stop();
  await Promise.race([closed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
  return { code, output: Buffer.concat(chunks).toString(), timedOut: limit.reached() };
}

function startLimit(child, timeoutMs) {
  let reached = false;
  const end = () => {
    reached = true;
    endGroup(child);
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
  return { reached: () => reached, stop: () => clearTimeout(timer) };
}

/** @returns {Promise<number>} exit code; 128 + signal number when a signal ended it */
function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}
