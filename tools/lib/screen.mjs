import { startGroup } from './processes.mjs';
import { Stop, say } from './say.mjs';

const START_MS = 10_000;
const MOST_RESTARTS = 5;

/** Whether a window can open here. */
export function hasScreen() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Chromium refuses to run as root with its sandbox. */
export function rootSwitches() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

const SCREEN = ['-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'];

/**
 * Starts a screen nobody sees, on a display number the X server chooses itself.
 * @returns {Promise<string>} the value for DISPLAY; it lasts as long as this process
 */
export async function startHiddenScreen() {
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'];
  const server = startGroup('Xvfb', ['-displayfd', '3', ...SCREEN], { stdio });
  server.unref();
  const display = await displayOf(server);
  keepUp(server, display, MOST_RESTARTS);
  return display;
}

function displayOf(server) {
  return new Promise((resolve, reject) => {
    const fail = (reason) => reject(new Stop(`Xvfb did not start: ${reason}`));
    const limit = setTimeout(() => fail('no answer'), START_MS);
    server.once('error', (error) => fail(error.message));
    server.once('exit', (code) => fail(`exit code ${code}`));
    server.stdio[3].once('data', (number) => {
      clearTimeout(limit);
      server.stdio[3].destroy();
      resolve(`:${String(number).trim()}`);
    });
  });
}

/** An X server that ends while it is needed is started again under its number, and it is said. */
function keepUp(server, display, restarts) {
  server.once('exit', (code, signal) => {
    if (restarts === 0) return;
    say(`the hidden screen ended (${signal ?? code}): starting it again`);
    const next = startGroup('Xvfb', [display, ...SCREEN], { stdio: 'ignore' });
    next.unref();
    keepUp(next, display, restarts - 1);
  });
}
