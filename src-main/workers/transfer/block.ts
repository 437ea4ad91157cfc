/** Memory for reads and writes of large files. */

/** Pages are copied several times faster when a buffer does not start on, or just after, a page boundary. */
const PAD_BYTES = 1024;

export function createBlock(sizeBytes: number): Buffer {
  return Buffer.allocUnsafeSlow(sizeBytes + PAD_BYTES).subarray(PAD_BYTES);
}
