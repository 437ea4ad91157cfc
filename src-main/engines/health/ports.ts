/** What health needs from the outside. */
import type { Manifest, ManifestFile, PieceDigests } from '../../../src-shared/domain/model.ts';
import type { FormDepth, FormReport } from '../../formats/format.ts';
import type { ModelReport } from '../../formats/inspect.ts';
import type { Clock, Hasher } from '../ports.ts';

/** Whether loading a file could run code that is in it. */
export interface SafetyReport {
  readonly verdict: 'safe' | 'unsafe' | 'unreadable';
  /** Version of the scanner that said so. */
  readonly scanner: number;
  readonly sentence: string;
}

/** Reads headers and looks for code, off the main thread. */
export interface Inspector {
  /** Verdicts of other versions are not believed. */
  readonly scanner: number;
  /** @throws AppError when the file cannot be read */
  form(
    path: string,
    options: { readonly name: string; readonly depth: FormDepth },
  ): Promise<FormReport>;
  /** All headers of all files of a model, and what they are together. */
  model(files: readonly { readonly path: string; readonly name: string }[]): Promise<ModelReport>;
  /** `null` for files of a kind that cannot hold code. */
  safety(path: string, options: { readonly name: string }): Promise<SafetyReport | null>;
}

/** Name of what a virus scanner found in a file; `null` when it found nothing, or there is none. */
export type FindVirus = (path: string) => Promise<string | null>;

/** What is on disk of one file, by name and size. */
export interface SeenFile {
  readonly file: ManifestFile;
  readonly state: 'present' | 'missing' | 'damaged' | 'excluded';
  /** Absolute. */
  readonly place: string;
  /** Size on the disk; `null` when it is missing. */
  readonly foundBytes: number | null;
  /** When it was last written, in ms since the epoch; `null` when it is missing. */
  readonly modifiedAt: number | null;
}

/** A file that was read and is what was published. */
export interface FileProof {
  readonly path: string;
  readonly sha256: string;
  readonly pieces: PieceDigests | undefined;
  readonly at: string;
}

export interface CheckPorts {
  readonly clock: Clock;
  readonly hasher: Pick<Hasher, 'follow' | 'checksums'>;
  readonly inspector: Inspector;
  readonly findVirus: FindVirus;
  /** Looks at the disk. @throws AppError `LIBRARY_MISSING` while the drive is away */
  readonly look: (manifest: Manifest) => Promise<readonly SeenFile[]>;
  /** What was found in these bytes before, by this version of the scanner. */
  readonly knownSafety: (sha256: string) => SafetyReport | undefined;
  readonly rememberSafety: (sha256: string, report: SafetyReport) => void;
}
