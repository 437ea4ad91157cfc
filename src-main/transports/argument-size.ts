/** Larger arguments are refused before anything looks at them, over IPC as over HTTP. */
export const MAX_ARGUMENT_BYTES = 1_000_000;

/** Whether an argument is plain data of at most `limitBytes` as JSON; cycles and functions are not. */
export function isSmallArgument(input: unknown, limitBytes: number = MAX_ARGUMENT_BYTES): boolean {
  if (input === undefined) return true;
  try {
    return Buffer.byteLength(JSON.stringify(input)) <= limitBytes;
  } catch {
    return false;
  }
}
