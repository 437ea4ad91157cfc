import { startGroup } from './processes.mjs';
import { Stop } from './say.mjs';

const START_MS = 10_000;

/** Whether a window can open here. */
export function hasScreen() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Chromium refuses to run as root with its sandbox. */
export function rootSwitches() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/**
 * Starts a screen nobody sees, on a display number the X server chooses itself.
 * @returns {Promise<string>} the value for DISPLAY; it lasts as long as this process
 */
export async function startHiddenScreen() {
  const args = ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'];
  const server = startGroup('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  server.unref();
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
