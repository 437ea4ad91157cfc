/**
 * The background check: reads again what was proven longest ago, some pieces at a time, slower than a set rate and
 * no more than a set amount in a day, and only while nothing else needs the disk. Pieces are compared with the
 * CRC-32 they had when the whole file was proven, so it goes on in the middle of a file.
 *
 * ```
 *  waiting ── something is due ──▶ running ── a piece differs ──▶ (full check of that model)
 *     ▲            hold ▲ │ hold over   │ nothing is due, or the day's budget is used up
 *     └──────────────── held ◀──────────┘
 * ```
 */
import type { Scrub } from '../../../src-shared/domain/health.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import { pause } from '../abortable.ts';
import type { Clock } from '../ports.ts';
import { type DueFile, nextDueFile } from './due.ts';
import type { CheckPorts, FileProof } from './ports.ts';
import { crcOfPiece, pieceSpans } from './prove-file.ts';
import type { HealthRecord } from './record.ts';
import { describeBudget } from './view.ts';

export interface ScrubPorts {
  readonly clock: Clock;
  readonly hasher: CheckPorts['hasher'];
  readonly look: CheckPorts['look'];
  readonly manifests: () => readonly Manifest[];
  readonly settings: () => Settings['health'];
  /** Why it should not read now, as a sentence; `null` when it may. */
  readonly hold: () => string | null;
  readonly record: () => HealthRecord;
  /** Something was found of this file already. */
  readonly isDamaged: (modelId: string, path: string) => boolean;
  readonly save: (change: (record: HealthRecord) => HealthRecord) => void;
  /** Every piece of a file was right. */
  readonly proven: (modelId: string, proof: FileProof) => Promise<void>;
  /** A piece differs, or the file has none to compare with: resolves when the whole model was checked. */
  readonly suspect: (modelId: string) => Promise<void>;
  /** The state changed. */
  readonly changed: () => void;
}

/** What one turn reads at most. */
const TURN_BYTES = 16 * 2 ** 20;
const LOOK_AGAIN_MS = 60_000;
/** While something else goes on, it is asked more often whether it is over. */
const HELD_MS = 5_000;

export function createScrub(ports: ScrubPorts) {
  const { clock } = ports;
  let state: Pick<Scrub, 'state' | 'sentence' | 'modelId'> = rest('waiting', 'Not started yet.');
  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();

  function rest(kind: Scrub['state'], sentence: string) {
    return { state: kind, sentence, modelId: null };
  }

  function show(next: typeof state): void {
    const isSame = next.state === state.state && next.sentence === state.sentence;
    state = next;
    if (!isSame) ports.changed();
  }

  const dayOf = (now: number) => new Date(now).toISOString().slice(0, 10);

  function readToday(): number {
    const { date, bytes } = ports.record().day;
    return date === dayOf(clock.now()) ? bytes : 0;
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await turn(signal);
      await pause(clock, waitMs, signal);
    }
  }

  /** @returns ms to wait before the next */
  async function turn(signal: AbortSignal): Promise<number> {
    const { scrub, scrubBytesPerDay, dueDays } = ports.settings();
    if (!scrub) return wait('off', 'Switched off in the settings.', LOOK_AGAIN_MS);
    const hold = ports.hold();
    if (hold !== null) return wait('held', hold, HELD_MS);
    const { isDamaged } = ports;
    const due = nextDueFile(ports.manifests(), { now: clock.now(), dueDays, isDamaged });
    if (!due) return wait('waiting', 'Everything was proven lately.', LOOK_AGAIN_MS);
    const today = readToday();
    if (scrubBytesPerDay > 0 && today >= scrubBytesPerDay) {
      const done = `Enough for today: ${describeBudget(today, scrubBytesPerDay)}.`;
      return wait('waiting', done, LOOK_AGAIN_MS);
    }
    show({
      state: 'running',
      sentence: `Reading ${due.manifest.name} again.`,
      modelId: due.manifest.id,
    });
    return readSome(due, signal);
  }

  function wait(kind: 'off' | 'held' | 'waiting', sentence: string, ms: number): number {
    show(rest(kind, sentence));
    return ms;
  }

  async function readSome({ manifest, file }: DueFile, signal: AbortSignal): Promise<number> {
    const seen = (await ports.look(manifest)).find((other) => other.file.path === file.path);
    const { pieces } = file;
    if (seen?.state !== 'present' || !pieces) {
      await ports.suspect(manifest.id);
      return HELD_MS;
    }
    const { scrub } = ports.record().models[manifest.id] ?? {};
    const first = scrub?.file === file.path ? scrub.piece : 0;
    const all = pieceSpans(file.sizeBytes, pieces.pieceBytes);
    const count = Math.max(1, Math.floor(TURN_BYTES / pieces.pieceBytes));
    const spans = all.slice(first, first + count);
    const startedAt = clock.now();
    const found = await ports.hasher.checksums(seen.place, spans);
    signal.throwIfAborted();
    const wrong = found.findIndex(
      (value, index) => value !== Number.parseInt(crcOfPiece(pieces.crc32, first + index), 16),
    );
    const bytes = spans.reduce((sum, { from, to }) => sum + to - from, 0);
    note(manifest.id, { file: file.path, piece: first + spans.length }, bytes);
    if (wrong >= 0) await ports.suspect(manifest.id);
    else if (first + spans.length >= all.length) await finish({ manifest, file });
    const { scrubBytesPerSecond } = ports.settings();
    return Math.max(0, (bytes / scrubBytesPerSecond) * 1000 - (clock.now() - startedAt));
  }

  function note(modelId: string, scrub: { file: string; piece: number }, bytes: number): void {
    const day = { date: dayOf(clock.now()), bytes: readToday() + bytes };
    ports.save((record) => {
      const model = record.models[modelId];
      const models = model ? { ...record.models, [modelId]: { ...model, scrub } } : record.models;
      return { ...record, day, models };
    });
  }

  async function finish({ manifest, file }: DueFile): Promise<void> {
    const at = new Date(clock.now()).toISOString();
    const sha256 = file.verifiedSha256 ?? file.sha256;
    if (sha256 === undefined) return;
    await ports.proven(manifest.id, { path: file.path, sha256, pieces: file.pieces, at });
  }

  return {
    start: (): void => {
      stop = new AbortController();
      const { signal } = stop;
      running = run(signal).catch((error: unknown) => {
        if (!signal.aborted) show(rest('held', `It stopped: ${String(error)}`));
      });
    },
    stop: async (): Promise<void> => {
      stop.abort();
      await running;
    },
    view: (): Scrub => ({
      ...state,
      todayBytes: readToday(),
      budgetBytes: ports.settings().scrubBytesPerDay,
    }),
  };
}
