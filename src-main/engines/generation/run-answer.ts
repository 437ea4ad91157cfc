/** One answer of one model: its pieces passed on, its end told, what it took counted. */
import type { EmbeddingBody } from '../../../src-shared/contract/openai.ts';
import type { ServedBy } from '../../../src-shared/domain/generation.ts';
import { type AppError, toAppError } from '../../../src-shared/errors.ts';
import type { Clock } from '../ports.ts';
import { type AnswerFacts, createCollection, embeddingsOf } from './format.ts';
import type {
  Answer,
  AnyJob,
  Decides,
  Delta,
  Generated,
  Head,
  Job,
  LoadFacts,
  RunnableModel,
  Runtime,
  Use,
} from './ports.ts';
import type { RequestRecord } from './requests.ts';

export interface RunAnswerPorts {
  readonly clock: Clock;
  readonly fallback: Pick<Decides, 'noteOutcome'>;
  readonly used: (use: Use) => void;
}

/** Who asks. */
export interface Asker {
  readonly job: AnyJob;
  readonly app: string | null;
  /** Told once it is certain who answers, before the first piece. */
  readonly onHead?: (head: Head, facts: AnswerFacts) => void;
  readonly onDelta?: (delta: Delta) => void;
}

export function createRunAnswer({ clock, fallback, used }: RunAnswerPorts) {
  interface Running {
    readonly runtime: Runtime;
    readonly model: RunnableModel;
    readonly strategy: ServedBy;
    readonly signal: AbortSignal;
    readonly load: LoadFacts | null;
  }

  async function runOn(record: RequestRecord, call: Asker, running: Running): Promise<Answer> {
    const { runtime, model, strategy } = running;
    const startedAt = clock.now();
    record.change({ modelId: model.id, strategy });
    const head = {
      requestId: record.id,
      requested: call.job.body.model,
      modelId: model.id,
      strategy,
    };
    const note = (error: AppError | null, tokens = 0, firstAt: number | null = null) => {
      const isAlternative = strategy === 'alternative' || strategy === 'remote';
      const requestedId = record.view().requestedId;
      if (strategy === 'alternative' && requestedId) {
        fallback.noteOutcome({ requestedId, modelId: model.id, success: error === null });
      }
      used({
        ...{
          model,
          kind: call.job.kind,
          startedAt,
          tokens,
          load: running.load,
          error,
          app: call.app,
        },
        durationMs: clock.now() - startedAt,
        firstTokenMs: firstAt === null ? null : firstAt - startedAt,
        rate: firstAt === null || tokens < 2 ? null : rateOf(tokens - 1, clock.now() - firstAt),
        runtimeId: runtime.id,
        fallbackFor: isAlternative ? requestedId : null,
      });
    };
    const { job } = call;
    if (job.kind === 'embedding')
      return embed(record, call, { ...running, head, note, body: job.body });
    return generate(record, call, { ...running, head, note, job });
  }

  type Noted = Running & {
    readonly head: Head;
    readonly note: (error: AppError | null, tokens?: number, firstAt?: number | null) => void;
  };

  async function generate(
    record: RequestRecord,
    call: Asker,
    { runtime, model, signal, head, note, job }: Noted & { readonly job: Job },
  ): Promise<Answer> {
    const facts = { id: record.id, kind: job.kind, model: model.id, createdAt: clock.now() };
    const collection = createCollection();
    let firstAt: number | null = null;
    let pieces = 0;
    const onDelta = (delta: Delta) => {
      pieces += 1;
      if (firstAt === null) {
        firstAt = clock.now();
        record.state({
          kind: 'running',
          startedAt: new Date(firstAt).toISOString(),
          tokens: 0,
          tokensPerSecond: null,
        });
        call.onHead?.(head, facts);
      }
      collection.add(delta);
      record.append(delta.content ?? '');
      call.onDelta?.(delta);
    };
    let generated: Generated;
    try {
      generated = await runtime.generate(model, job, { signal, onDelta });
    } catch (error) {
      note(signal.aborted ? null : toAppError(error), pieces, firstAt);
      throw error;
    }
    if (firstAt === null) call.onHead?.(head, facts);
    note(null, generated.tokens, firstAt);
    const body = collection.whole(facts, generated);
    finish(record, body, { tokens: generated.tokens, firstAt });
    return { head, body, generated };
  }

  async function embed(
    record: RequestRecord,
    _call: Asker,
    { runtime, model, signal, head, note, body }: Noted & { readonly body: EmbeddingBody },
  ): Promise<Answer> {
    try {
      const { vectors, promptTokens } = await runtime.embed(model, body, signal);
      note(null, promptTokens);
      const base64 = body.encoding_format === 'base64';
      const answer = embeddingsOf(model.id, vectors, { promptTokens, base64 });
      finish(record, answer, { tokens: promptTokens, firstAt: null });
      return { head, body: answer, generated: null };
    } catch (error) {
      note(signal.aborted ? null : toAppError(error));
      throw error;
    }
  }

  function finish(
    record: RequestRecord,
    body: unknown,
    { tokens, firstAt }: { readonly tokens: number; readonly firstAt: number | null },
  ): void {
    const now = clock.now();
    const begunAt = Date.parse(record.view().createdAt);
    record.answer = body;
    record.state({
      kind: 'done',
      endedAt: new Date(now).toISOString(),
      durationMs: now - begunAt,
      firstTokenMs: firstAt === null ? null : firstAt - begunAt,
      tokens,
      tokensPerSecond: firstAt === null || tokens < 2 ? null : rateOf(tokens - 1, now - firstAt),
    });
  }

  return runOn;
}

const rateOf = (tokens: number, ms: number) => (ms > 0 ? (tokens * 1000) / ms : null);
