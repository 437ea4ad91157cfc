/**
 * One line about one step, for the person who waits.
 * @param {string} text
 */
export function say(text) {
  process.stdout.write(`larder: ${text}\n`);
}

/** An end the user can do something about: shown as its message, without a stack. */
export class Stop extends Error {}

/**
 * Runs a tool's main function; ends the process with the code it returns.
 * @param {() => Promise<number>} main
 */
export async function runTool(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    const text = error instanceof Stop ? error.message : (error?.stack ?? String(error));
    process.stderr.write(`larder: ${text}\n`);
    process.exitCode = 1;
  }
}
