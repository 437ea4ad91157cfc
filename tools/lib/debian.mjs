/** System packages on Debian and its relatives. Elsewhere nothing is installed and nothing is asked. */
import { spawnSync } from 'node:child_process';
import { capture } from './processes.mjs';
import { Stop, say } from './say.mjs';

/** What Electron's binary links to. */
export const WINDOW_PACKAGES = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libnotify4',
  'libxss1',
  'libxtst6',
  'libatspi2.0-0',
  'libsecret-1-0',
];

/** What the tests use beside it. */
export const TEST_PACKAGES = ['xvfb', 'xauth', 'aria2', 'curl', 'openssl', 'ca-certificates'];

const APT_MS = 10 * 60 * 1000;

/** Later releases carry some libraries under a name that tells of their 64-bit time. */
const namesOf = (name) => [name, `${name}t64`];

/**
 * Installs what is missing when this is Debian and the user may; otherwise names it.
 * @param {readonly string[]} names
 */
export async function ensureDebianPackages(names) {
  const missing = missingDebianPackages(names);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    say(`these system packages may be needed: ${missing.join(' ')}`);
    return;
  }
  say(`installing system packages: ${missing.join(' ')}`);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...missing.map(installable)]);
}

/**
 * Which of these packages are not installed; none where there is no Debian.
 * @param {readonly string[]} names
 */
export function missingDebianPackages(names) {
  if (process.platform !== 'linux') return [];
  const query = spawnSync('dpkg-query', [
    '--show',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    '--showformat=${Package} ${db:Status-Status}\\n',
    ...names.flatMap(namesOf),
  ]);
  if (query.error) return [];
  const installed = new Set(
    String(query.stdout)
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !namesOf(name).some((alternative) => installed.has(alternative)));
}

/** The name under which this release offers a package. */
function installable(name) {
  const offered = namesOf(name).find((alternative) => {
    const policy = spawnSync('apt-cache', ['policy', alternative], { env: plainEnvironment() });
    return /Candidate: (?!\(none\))\S/.test(String(policy.stdout));
  });
  return offered ?? name;
}

async function apt(args) {
  const run = await capture('apt-get', ['-qq', ...args], {
    env: plainEnvironment(),
    timeoutMs: APT_MS,
  });
  if (run.code !== 0) throw new Stop(`apt-get ${args[0]} failed:\n${run.output.trim()}`);
}

function plainEnvironment() {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
}
