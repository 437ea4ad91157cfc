/**
 * A download as people and programs see it.
 *
 * ```
 *            start            all files verified, installed
 *  queued ──────────▶ running ────────────────────────────▶ done
 *    ▲ ▲   preempt ◀────┤ │ │
 *    │ └─────────────────┘ │ └── fail ──▶ failed ── retry ──▶ queued
 *    │                     ├── no space ─▶ waiting-space ── space ──▶ queued
 *    └── resume ── paused ◀┘ pause (also from queued, waiting-space)
 *  any state but done ── cancel ──▶ (removed)
 * ```
 * The last bytes may arrive just before a run is paused or preempted: *done* follows from there as well.
 * While *running*, each file has a state of its own; retries happen there, one file at a time.
 */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

export const downloadStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('queued') }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('paused') }),
  z.object({ kind: z.literal('waiting-space'), error: errorReportSchema }),
  z.object({ kind: z.literal('failed'), error: errorReportSchema }),
  z.object({ kind: z.literal('done'), finishedAt: z.iso.datetime() }),
]);
export type DownloadState = z.infer<typeof downloadStateSchema>;
export type DownloadStateKind = DownloadState['kind'];

export type DownloadTrigger =
  | { readonly kind: 'start' }
  | { readonly kind: 'preempt' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'space-found' }
  | { readonly kind: 'space-lacking'; readonly error: z.infer<typeof errorReportSchema> }
  | { readonly kind: 'fail'; readonly error: z.infer<typeof errorReportSchema> }
  | { readonly kind: 'finish'; readonly at: string };

/** Which states each trigger may leave, and nothing else. */
const ALLOWED: Record<DownloadTrigger['kind'], readonly DownloadStateKind[]> = {
  start: ['queued'],
  preempt: ['running'],
  pause: ['queued', 'running', 'waiting-space'],
  resume: ['paused'],
  retry: ['failed', 'waiting-space'],
  'space-found': ['waiting-space'],
  'space-lacking': ['queued', 'running'],
  fail: ['queued', 'running'],
  // The last bytes may have arrived just before a pause took hold.
  finish: ['running', 'paused', 'queued'],
};

export function canTransition(state: DownloadState, trigger: DownloadTrigger['kind']): boolean {
  return ALLOWED[trigger].includes(state.kind);
}

/** The next state, or `null` when the trigger does not apply to this state. Pure. */
export function transition(state: DownloadState, trigger: DownloadTrigger): DownloadState | null {
  if (!canTransition(state, trigger.kind)) return null;
  switch (trigger.kind) {
    case 'start':
      return { kind: 'running' };
    case 'preempt':
    case 'resume':
    case 'retry':
    case 'space-found':
      return { kind: 'queued' };
    case 'pause':
      return { kind: 'paused' };
    case 'space-lacking':
      return { kind: 'waiting-space', error: trigger.error };
    case 'fail':
      return { kind: 'failed', error: trigger.error };
    case 'finish':
      return { kind: 'done', finishedAt: trigger.at };
  }
}

export const canPause = (state: DownloadState) => canTransition(state, 'pause');
export const canResume = (state: DownloadState) => canTransition(state, 'resume');
export const canRetry = (state: DownloadState) => canTransition(state, 'retry');
export const canCancel = (state: DownloadState) => state.kind !== 'done';
export const canPrioritize = (state: DownloadState) => state.kind !== 'done';

export const fileProgressStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('downloading') }),
  z.object({
    kind: z.literal('retrying'),
    at: z.iso.datetime().meta({ description: 'When the next attempt starts.' }),
    attempt: z.number().int().positive(),
    of: z.number().int().positive(),
    error: errorReportSchema,
  }),
  z.object({ kind: z.literal('verifying') }),
  z.object({ kind: z.literal('verified') }),
  z.object({ kind: z.literal('failed'), error: errorReportSchema }),
  z.object({ kind: z.literal('excluded') }),
]);
export type FileProgressState = z.infer<typeof fileProgressStateSchema>;

const bytes = z.number().int().nonnegative();

export const fileProgressSchema = z.object({
  path: z.string(),
  sizeBytes: bytes,
  receivedBytes: bytes,
  verifiedBytes: bytes.meta({ description: 'Bytes already run through the digest.' }),
  state: fileProgressStateSchema,
  connections: bytes.meta({ description: 'Connections this file uses now.' }),
  route: z.string().nullable().meta({ description: 'Host the bytes come from now.' }),
  pieces: z
    .string()
    .regex(/^[dpfxt]*$/)
    .meta({
      description:
        'The file from start to end in at most 96 equal parts: d done · p partly there · f in flight · x to be fetched again · t to do.',
    }),
});
export type FileProgress = z.infer<typeof fileProgressSchema>;

/** What a queued download waits for, beside its turn. */
export const holdSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start-at'), at: z.iso.datetime() }),
  z.object({ kind: z.literal('offline') }),
  z.object({ kind: z.literal('asleep') }),
  z.object({ kind: z.literal('on-battery') }),
  z.object({ kind: z.literal('metered') }),
  z.object({
    kind: z.literal('schedule'),
    until: z.iso.datetime().nullable().meta({ description: 'When the pause in the week ends.' }),
  }),
]);
export type Hold = z.infer<typeof holdSchema>;

/** What keeps a running download from being faster, as far as can be told. */
export const bottleneckSchema = z.enum([
  'own-limit',
  'global-limit',
  'schedule-limit',
  'shared-line',
  'source',
  'one-connection',
  'errors',
  'proof',
]);
export type Bottleneck = z.infer<typeof bottleneckSchema>;

export const etaConfidenceSchema = z.enum(['low', 'medium', 'high']);
export type EtaConfidence = z.infer<typeof etaConfidenceSchema>;

/** 0 is normal; higher overtakes lower. */
export const prioritySchema = z.number().int().min(-10).max(10);

export const downloadSchema = z.object({
  id: z.string(),
  modelId: z.string(),
  name: z.string(),
  state: downloadStateSchema,
  priority: prioritySchema,
  position: bytes.meta({ description: 'Place in the queue, from 0.' }),
  sizeBytes: bytes,
  receivedBytes: bytes,
  verifiedBytes: bytes,
  bytesPerSecond: z.number().nonnegative(),
  etaMs: z.number().nonnegative().nullable(),
  etaConfidence: etaConfidenceSchema.nullable().meta({
    description: 'How steady the speed was on which etaMs rests.',
  }),
  connections: bytes,
  limitBytesPerSecond: z.number().int().positive().nullable().meta({
    description: 'Own speed limit; null for none.',
  }),
  startAt: z.iso.datetime().nullable().meta({ description: 'Not before this time.' }),
  hold: holdSchema.nullable(),
  bottleneck: bottleneckSchema.nullable(),
  files: z.array(fileProgressSchema),
  queuedAt: z.iso.datetime(),
  movesFrom: z
    .string()
    .nullable()
    .meta({ description: 'Folder of the library it is moved from; null for what is fetched.' }),
  can: z.object({
    pause: z.boolean(),
    resume: z.boolean(),
    cancel: z.boolean(),
    retry: z.boolean(),
    prioritize: z.boolean(),
  }),
});
export type Download = z.infer<typeof downloadSchema>;

export function capabilities(state: DownloadState): Download['can'] {
  return {
    pause: canPause(state),
    resume: canResume(state),
    cancel: canCancel(state),
    retry: canRetry(state),
    prioritize: canPrioritize(state),
  };
}

/** What a download would do, before it does it. */
export const downloadPreviewSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  sizeBytes: bytes,
  toFetchBytes: bytes.meta({ description: 'Bytes that have to come over the network.' }),
  freeBytes: bytes.nullable().meta({ description: 'Space downloads may use; null if unknown.' }),
  fits: z.boolean(),
  files: z.array(
    z.object({
      path: z.string(),
      sizeBytes: bytes,
      presentBytes: bytes,
      here: z.enum(['no', 'partial', 'library', 'other-model', 'other-store']).meta({
        description:
          'no · partial: an unfinished download · library: in its place · other-model, other-store: the same bytes elsewhere, to be copied',
      }),
    }),
  ),
});
export type DownloadPreview = z.infer<typeof downloadPreviewSchema>;
