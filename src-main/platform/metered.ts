/**
 * Whether the connection is paid by volume. Only NetworkManager on Linux is asked, through its program:
 * its D-Bus interface would need a dependency for one bit, and neither Electron nor Node knows of it on
 * other systems. Where nobody tells, the answer is no.
 */
import { execFile } from 'node:child_process';

const ASK_EVERY_MS = 60_000;
const ANSWER_WITHIN_MS = 5_000;
const ARGUMENTS = ['-t', '-f', 'GENERAL.METERED', 'dev', 'show'];

export interface MeteredOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Default: this computer's. */
  readonly platform?: NodeJS.Platform;
  /** Path or name of the program. */
  readonly nmcli?: string;
}

/** The last answer at once; a new one is asked for in the background, at most every minute. */
export function createMeteredSensor(options: MeteredOptions): () => boolean {
  const { now, platform = process.platform, nmcli = 'nmcli' } = options;
  let isMetered = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (platform === 'linux' && Math.abs(now() - askedAt) >= ASK_EVERY_MS) {
      askedAt = now();
      // A missing program is an empty answer.
      execFile(nmcli, ARGUMENTS, { timeout: ANSWER_WITHIN_MS }, (_error, output) => {
        isMetered = parseMetered(output);
      });
    }
    return isMetered;
  };
}

/** Lines of `nmcli`, one for each device: `GENERAL.METERED:yes`, `no (guessed)`, `unknown`. Pure. */
export function parseMetered(output: string): boolean {
  return /^GENERAL\.METERED:yes\b/m.test(output);
}
