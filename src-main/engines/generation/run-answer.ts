/** One answer of one model: its pieces passed on, its end told, what it took counted. */
import type { EmbeddingBody } from '../../../src-shared/contract/openai.ts';
import type { ServedBy } from '../../../src-shared/domain/generation.ts';
import { type AppError, type ErrorCode, toAppError } from '../../../src-shared/errors.ts';
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

/** Their own mistakes say nothing about the model. */
const CALLERS: ReadonlySet<ErrorCode> = new Set([
  'CONTEXT_OVERFLOW',
  'INPUT_INVALID',
  'MODEL_CANNOT',
]);

interface Tried {
  readonly runtime: Runtime;
  readonly model: RunnableModel;
  readonly strategy: ServedBy;
  readonly load: LoadFacts | null;
  readonly startedAt: number;
}

/** What came of it; without tokens and times where nothing did. */
interface Result {
  readonly error: AppError | null;
  readonly tokens?: number;
  /** When the first piece came; `null` when all came at once, which says nothing about speed. */
  readonly firstAt?: number | null;
}

export function createRunAnswer({ clock, fallback, used }: RunAnswerPorts) {
  interface Running {
    readonly runtime: Runtime;
    readonly model: RunnableModel;
    readonly strategy: ServedBy;
    readonly signal: AbortSignal;
    readonly load: LoadFacts | null;
  }

  function note(record: RequestRecord, call: Asker, tried: Tried, result: Result): void {
    const { error, tokens = 0, firstAt = null } = result;
    const { runtime, model, strategy, startedAt, load } = tried;
    const { requestedId } = record.view();
    if (error && CALLERS.has(error.code)) return;
    if (strategy === 'alternative' && requestedId) {
      fallback.noteOutcome({ requestedId, modelId: model.id, success: error === null });
    }
    // A text in place of an answer is no use of a model.
    if (strategy === 'placeholder') return;
    const isOther = strategy === 'alternative' || strategy === 'remote';
    const now = clock.now();
    used({
      ...{ model, kind: call.job.kind, startedAt, tokens, load, error, app: call.app },
      durationMs: now - startedAt,
      firstTokenMs: firstAt === null ? null : firstAt - startedAt,
      rate: firstAt === null || tokens < 2 ? null : rateOf(tokens - 1, now - firstAt),
      runtimeId: runtime.id,
      fallbackFor: isOther ? requestedId : null,
    });
  }

  async function runOn(record: RequestRecord, call: Asker, running: Running): Promise<Answer> {
    const { model, strategy, signal } = running;
    record.change({ modelId: model.id, strategy });
    const head = {
      requestId: record.id,
      requested: call.job.body.model,
      modelId: model.id,
      strategy,
    };
    const tried = { ...running, startedAt: clock.now() };
    const noted = (result: Result) => {
      // One that was given up is neither a success nor a failure of its model.
      if (!signal.aborted) note(record, call, tried, result);
    };
    const { job } = call;
    if (job.kind === 'embedding') return embed(record, { ...running, head, noted, body: job.body });
    return generate(record, call, { ...running, head, noted, job });
  }

  type Noted = Running & {
    readonly head: Head;
    readonly noted: (result: Result) => void;
  };

  async function generate(
    record: RequestRecord,
    call: Asker,
    { runtime, model, signal, head, noted, job }: Noted & { readonly job: Job },
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
      noted({ error: toAppError(error), tokens: pieces });
      throw error;
    }
    if (firstAt === null) call.onHead?.(head, facts);
    const { tokens } = generated;
    const speed = { tokens, firstAt: pieces > 1 ? firstAt : null };
    noted({ error: null, ...speed });
    const body = collection.whole(facts, generated);
    finish(record, body, speed);
    return { head, body, generated };
  }

  async function embed(
    record: RequestRecord,
    { runtime, model, signal, head, noted, body }: Noted & { readonly body: EmbeddingBody },
  ): Promise<Answer> {
    try {
      const { vectors, promptTokens } = await runtime.embed(model, body, signal);
      noted({ error: null, tokens: promptTokens });
      const base64 = body.encoding_format === 'base64';
      const answer = embeddingsOf(model.id, vectors, { promptTokens, base64 });
      finish(record, answer, { tokens: promptTokens, firstAt: null });
      return { head, body: answer, generated: null };
    } catch (error) {
      noted({ error: toAppError(error) });
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
    record.keep(body);
    record.state({
      kind: 'done',
      endedAt: new Date(now).toISOString(),
      durationMs: now - begunAt,
      firstTokenMs: firstAt === null ? null : firstAt - begunAt,
      tokens,
      tokensPerSecond: firstAt === null || tokens < 2 ? null : rateOf(tokens - 1, now - firstAt),
    });
  }

  return {
    runOn,
    noteFailedLoad: (
      record: RequestRecord,
      call: Asker,
      { error, ...tried }: Omit<Tried, 'load'> & { readonly error: AppError },
    ): void => note(record, call, { ...tried, load: null }, { error }),
  };
}

const rateOf = (tokens: number, ms: number) => (ms > 0 ? (tokens * 1000) / ms : null);
