import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { capture } from './processes.mjs';
import { Stop, say } from './say.mjs';

const LOCK_FILE = join(ROOT, 'package-lock.json');
/** npm's own record of what it put into node_modules. */
const INSTALLED_FILE = join(ROOT, 'node_modules', '.package-lock.json');
const INSTALL_MS = 15 * 60 * 1000;
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Installs the packages of package-lock.json when node_modules does not hold exactly those. */
export async function ensureDependencies() {
  if (await isInstalled()) return;
  say('installing packages');
  if ((await npm(['ci'])).code === 0) return;
  // Some registries do not carry every platform's optional packages, and `npm ci` then calls the lock file
  // incomplete. A plain install takes the same locked versions.
  const { code, output } = await npm(['install', '--no-save']);
  if (code !== 0) throw new Stop(`npm could not install the packages:\n${output.trim()}`);
}

function npm(args) {
  return capture('npm', [...args, ...QUIET], { cwd: ROOT, timeoutMs: INSTALL_MS });
}

/** Optional packages are for some platforms only, so their absence says nothing. */
async function isInstalled() {
  const installed = await readPackages(INSTALLED_FILE);
  const wanted = Object.entries(await readPackages(LOCK_FILE));
  return wanted.every(([path, { version, optional }]) => {
    const found = installed[path];
    return path === '' || (found ? found.version === version : Boolean(optional));
  });
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages ?? {};
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
