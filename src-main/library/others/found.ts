import type { FoundRepository } from '../../engines/inventory/ports.ts';

/** Reads a folder the way its program lays it out. Folders that cannot be read hold nothing. */
export type Adapter = (folder: string, signal: AbortSignal) => AsyncGenerator<FoundRepository>;
