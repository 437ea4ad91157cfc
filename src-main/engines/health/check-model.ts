/**
 * One check of one model: looks at its files as deep as asked, and says what was found and what was proven.
 *
 * quick: names, sizes, first headers · structure: all headers, and code in files that may hold some ·
 * full: every byte as well.
 */
import type { CheckDepth, CheckKind } from '../../../src-shared/domain/health.ts';
import type { Manifest, ManifestFile } from '../../../src-shared/domain/model.ts';
import { toAppError } from '../../../src-shared/errors.ts';
import type { ModelMetadata } from '../../formats/format.ts';
import type { ModelReport } from '../../formats/inspect.ts';
import {
  bundleFinding,
  changedSince,
  infected,
  missing,
  type NewFinding,
  nothingPublished,
  oddForm,
  otherContent,
  otherSize,
  unreadable,
} from './findings.ts';
import type { CheckPorts, FileProof, SeenFile } from './ports.ts';
import { proveFile } from './prove-file.ts';

export interface CheckResult {
  readonly found: readonly NewFinding[];
  /** What was looked at: older findings of these checks are replaced. */
  readonly checks: ReadonlySet<CheckKind>;
  readonly proofs: readonly FileProof[];
  /** What the headers say; `null` when only a quick look was taken. */
  readonly metadata: ModelMetadata | null;
}

export interface CheckRequest {
  readonly depth: CheckDepth;
  readonly signal: AbortSignal;
  /** Bytes read so far, of those of all files together. */
  readonly onProgress: (checkedBytes: number) => void;
}

const CHECKS: Readonly<Record<CheckDepth, readonly CheckKind[]>> = {
  quick: ['presence', 'form'],
  structure: ['presence', 'form', 'bundle', 'safety'],
  full: ['presence', 'form', 'bundle', 'safety', 'digest', 'pieces'],
};

/** @throws the reason of the signal, or AppError `LIBRARY_MISSING` while the drive is away */
export async function checkModel(
  ports: CheckPorts,
  manifest: Manifest,
  request: CheckRequest,
): Promise<CheckResult> {
  const seen = (await ports.look(manifest)).filter(({ state }) => state !== 'excluded');
  const found: NewFinding[] = seen.flatMap(absence);
  if (request.depth !== 'full') found.push(...seen.flatMap(changes));
  const proofs: FileProof[] = [];
  const whole = request.depth === 'quick' ? null : await inspectWhole(ports, seen);
  found.push(...(whole?.problems ?? []).flatMap(bundleFinding));
  let before = 0;
  for (const here of seen) {
    request.signal.throwIfAborted();
    if (here.state === 'present') {
      const onProgress = (bytes: number) => request.onProgress(before + bytes);
      const isPublished = manifest.origin.source !== 'local';
      const checked = await checkFile(ports, here, { ...request, onProgress, whole, isPublished });
      found.push(...checked.found);
      if (checked.proof) proofs.push(checked.proof);
    }
    before += here.file.sizeBytes;
    request.onProgress(before);
  }
  if (request.depth === 'full') found.push(...withoutDigest(seen));
  const checks = new Set(CHECKS[request.depth]);
  return { found, checks, proofs, metadata: whole?.metadata ?? null };
}

function inspectWhole({ inspector }: CheckPorts, seen: readonly SeenFile[]): Promise<ModelReport> {
  const present = seen.filter(({ state }) => state === 'present');
  return inspector.model(present.map(({ place, file }) => ({ path: place, name: file.path })));
}

function absence({ file, state, foundBytes }: SeenFile): NewFinding[] {
  if (state === 'missing') return [missing(file.path, file.sizeBytes)];
  return state === 'damaged' ? [otherSize(file.path, file.sizeBytes, foundBytes ?? 0)] : [];
}

/** Clocks of disks and computers differ a little. */
const CLOCK_SKEW_MS = 2_000;

function changes({ file, state, modifiedAt }: SeenFile): NewFinding[] {
  if (state !== 'present' || modifiedAt === null || !file.provenAt) return [];
  const isLater = modifiedAt > Date.parse(file.provenAt) + CLOCK_SKEW_MS;
  return isLater ? [changedSince(file.path, modifiedAt, file.provenAt)] : [];
}

function withoutDigest(seen: readonly SeenFile[]): NewFinding[] {
  const files = seen.filter(({ file }) => !file.sha256 && !file.gitSha1);
  return files.length > 0 ? [nothingPublished(files.map(({ file }) => file.path))] : [];
}

interface CheckedFile {
  readonly found: readonly NewFinding[];
  readonly proof?: FileProof;
}

interface FileRequest extends CheckRequest {
  /** What was found in the headers of all files; `null` for a quick look. */
  readonly whole: ModelReport | null;
  /** Not so for what was found on this computer: its digest is only what it was then. */
  readonly isPublished: boolean;
}

async function checkFile(
  ports: CheckPorts,
  { file, place }: SeenFile,
  request: FileRequest,
): Promise<CheckedFile> {
  try {
    const content = request.depth === 'full' ? await prove(ports, file, place, request) : {};
    const { whole } = request;
    const form = whole
      ? whole.forms.get(file.path)
      : await ports.inspector.form(place, { name: file.path, depth: 'quick' });
    const hasDigest = request.isPublished && Boolean(file.sha256 || file.gitSha1);
    const proofOf = !hasDigest ? 'none' : content.proof ? 'right' : 'open';
    const odd = (form?.findings ?? []).flatMap(
      (finding) => oddForm(file.path, finding, proofOf) ?? [],
    );
    const digest = content.proof?.sha256 ?? file.verifiedSha256;
    const unsafe = whole ? await lookForDanger(ports, { file, place, digest }) : [];
    const problem = whole?.unreadable.get(file.path);
    if (problem !== undefined) return { found: [unreadable(file.path, problem)] };
    // What the digest says, the headers need not say again.
    const found = content.found ? [content.found] : odd.slice(0, 1);
    return { found: [...found, ...unsafe], ...(content.proof && { proof: content.proof }) };
  } catch (thrown) {
    request.signal.throwIfAborted();
    const { message } = toAppError(thrown);
    return { found: [unreadable(file.path, message)] };
  }
}

async function prove(
  ports: CheckPorts,
  file: ManifestFile,
  place: string,
  { signal, onProgress }: CheckRequest,
): Promise<{ found?: NewFinding; proof?: FileProof }> {
  const verdict = await proveFile(ports, { file, place, signal, onProgress });
  if (verdict.kind === 'proven') {
    const { sha256, pieces } = verdict;
    const at = new Date(ports.clock.now()).toISOString();
    return { proof: { path: file.path, sha256, pieces, at } };
  }
  const { damaged, count, expected, measured } = verdict;
  const pieces = damaged && { damaged, count };
  return { found: otherContent(file.path, { expected, measured }, pieces) };
}

type DangerPorts = Pick<CheckPorts, 'inspector' | 'findVirus' | 'knownSafety' | 'rememberSafety'>;

export interface Suspect {
  readonly file: ManifestFile;
  readonly place: string;
  /** Of the bytes that lie there, as far as known. */
  readonly digest: string | undefined;
}

/** Code that would run, and viruses, in a file whose name and digest are known. */
export async function lookForDanger(ports: DangerPorts, suspect: Suspect): Promise<NewFinding[]> {
  const virus = await ports.findVirus(suspect.place);
  return virus === null ? lookForCode(ports, suspect) : [infected(suspect.file.path, virus)];
}

/** Bytes that were scanned once by this version need no second look. */
async function lookForCode(
  ports: DangerPorts,
  { file, place, digest }: Suspect,
): Promise<NewFinding[]> {
  const known = digest === undefined ? undefined : ports.knownSafety(digest);
  const report = known ?? (await ports.inspector.safety(place, { name: file.path }));
  if (report === null || report === undefined) return [];
  if (digest !== undefined && !known) ports.rememberSafety(digest, report);
  if (report.verdict === 'safe') return [];
  return [
    {
      check: 'safety',
      verdict: report.verdict === 'unsafe' ? 'unsafe' : 'unverifiable',
      file: file.path,
      sentence: `${file.path}: ${report.sentence}`,
      suggestion: 'Prefer safetensors or GGUF files: they cannot hold code.',
    },
  ];
}
