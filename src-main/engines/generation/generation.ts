import type { Decision } from '../../../src-shared/domain/fallback.ts';
import type { GenerationRequest, ServedBy } from '../../../src-shared/domain/generation.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import type { Clock, Log } from '../ports.ts';
import { createPlaceholder } from './placeholder.ts';
import type { Answer, AnyJob, Decides, LoadFacts, RunnableModel, Runtime, Use } from './ports.ts';
import type { RequestRecord, Requests } from './requests.ts';
import { refusal, requirementsOf } from './requirements.ts';
import { type KnownNames, resolveName } from './resolve-name.ts';
import { type Asker, createRunAnswer } from './run-answer.ts';
import type { WaitingRequest, WaitingRoom } from './waiting-room.ts';

export interface GenerationPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly requests: Requests;
  readonly waiting: () => WaitingRoom;
  readonly names: () => KnownNames;
  /** Of this computer, the preferred one first. */
  readonly runtimes: () => readonly Runtime[];
  /** A model that could run now, as far as is known without looking; `null` for one that is not here. */
  readonly model: (modelId: string) => RunnableModel | null;
  /** The server elsewhere, where the user named one. */
  readonly remote: () => { readonly runtime: Runtime; readonly model: RunnableModel } | null;
  readonly fallback: Decides;
  /** Loads it, and mends what stands in the way where that can be done at once. */
  readonly loadOrMend: (request: {
    readonly modelId: string;
    readonly load: () => Promise<LoadFacts>;
    readonly signal: AbortSignal;
  }) => Promise<
    | { readonly kind: 'loaded'; readonly value: LoadFacts }
    | { readonly kind: 'alternative'; readonly error: AppError }
  >;
  /** Fetches what a model lacks, and waits so long for it. @returns whether it is there now */
  readonly ensure: (modelId: string, maxWaitMs: number, signal: AbortSignal) => Promise<boolean>;
  readonly used: (use: Use) => void;
  readonly settings: () => Settings['fallback'];
}

export interface Call extends Asker {
  readonly priority?: number | undefined;
  /** The caller went away. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'queued'; readonly request: GenerationRequest }
  | { readonly kind: 'refused'; readonly error: AppError; readonly decision: Decision };

export type Generation = ReturnType<typeof createGeneration>;

export function createGeneration(ports: GenerationPorts) {
  const { clock, requests, fallback } = ports;
  const placeholder = createPlaceholder();
  const runOn = createRunAnswer(ports);
  const cancels = new Map<string, AbortController>();

  const runtimeFor = (model: RunnableModel): Runtime | undefined =>
    ports.runtimes().find((runtime) => runtime.canRun(model).runs);

  function canAnswer(modelId: string): boolean {
    const model = ports.model(modelId);
    return model !== null && runtimeFor(model) !== undefined;
  }

  function openRecord({ job, app, priority }: Omit<Call, 'signal'>): RequestRecord {
    const { candidates } = resolveName(job.body.model, ports.names());
    const requestedId = candidates[0] ?? null;
    const facts = { kind: job.kind, requested: job.body.model, requestedId, app };
    return requests.open({ ...facts, priority: priority ?? 0 });
  }

  /** Runs `work` as a request that can be cancelled; its record tells how it ended. */
  async function tracked<T>(
    record: RequestRecord,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const cancel = new AbortController();
    cancels.set(record.id, cancel);
    const either = AbortSignal.any([signal, cancel.signal]);
    try {
      return await work(either);
    } catch (error) {
      const endedAt = new Date(clock.now()).toISOString();
      if (either.aborted) record.state({ kind: 'cancelled', endedAt });
      else record.state({ kind: 'failed', endedAt, error: toErrorReport(error) });
      if (cancel.signal.aborted) throw new AppError('REQUEST_CANCELLED', {});
      throw error;
    } finally {
      cancels.delete(record.id);
    }
  }

  async function serve(record: RequestRecord, call: Call, signal: AbortSignal): Promise<Outcome> {
    const { candidates, known } = resolveName(call.job.body.model, ports.names());
    const ready = candidates.find(canAnswer);
    if (ready) return answer(record, call, { modelId: ready, strategy: 'exact', signal });
    const [requestedId = call.job.body.model] = candidates;
    const decision = await decide(record, call, requestedId, signal);
    return carryOut(record, call, { decision, known, signal });
  }

  function decide(
    record: RequestRecord,
    call: Call,
    modelId: string,
    signal: AbortSignal,
    maxWaitMs = maxWaitOf(call),
  ) {
    return fallback.decide({
      requestId: record.id,
      modelId,
      requirements: requirementsOf(call.job),
      mode: call.job.body.larder?.fallback ?? ports.settings().mode,
      maxWaitMs,
      signal,
      canQueue: true,
    });
  }

  const maxWaitOf = ({ job }: Call) => job.body.larder?.maxWaitMs ?? ports.settings().maxWaitMs;

  interface Deciding {
    readonly decision: Decision;
    readonly known: boolean;
    readonly signal: AbortSignal;
  }

  async function carryOut(
    record: RequestRecord,
    call: Call,
    { decision, known, signal }: Deciding,
  ): Promise<Outcome> {
    const { requestedId, modelId, strategy, startsDownload } = decision;
    const run = (by: ServedBy, id: string) =>
      answer(record, call, { modelId: id, strategy: by, signal });
    if (startsDownload && strategy !== 'wait' && strategy !== 'queue') {
      ports.ensure(requestedId, 0, new AbortController().signal).catch((error: unknown) =>
        ports.log.warn('a model that was asked for is not fetched', {
          modelId: requestedId,
          problem: toAppError(error).message,
        }),
      );
    }
    switch (strategy) {
      case 'exact':
        return run('exact', modelId ?? requestedId);
      case 'alternative':
        if (modelId === null) break;
        return run('alternative', modelId);
      case 'wait': {
        const isThere = await ports.ensure(requestedId, maxWaitOf(call), signal);
        if (isThere && canAnswer(requestedId)) return run('waited', requestedId);
        const next = await decide(record, call, requestedId, signal, 0);
        if (next.strategy !== 'wait')
          return carryOut(record, call, { decision: next, known, signal });
        break;
      }
      case 'queue': {
        const { job } = call;
        await ports.waiting().add({ record, kind: job.kind, requestedId, body: job.body });
        return { kind: 'queued', request: record.view() };
      }
      case 'remote':
        return answered(await answerRemotely(record, call, signal));
      case 'placeholder':
        return answered(
          await runOn(record, call, {
            runtime: placeholder,
            model: placeholder.modelFor(requestedId),
            strategy: 'placeholder',
            signal,
            load: null,
          }),
        );
      case 'ask':
      case 'refuse':
        break;
    }
    const error = refusal(decision, known);
    const endedAt = new Date(clock.now()).toISOString();
    record.state({ kind: 'failed', endedAt, error: toErrorReport(error) });
    return { kind: 'refused', error, decision };
  }

  async function answerRemotely(
    record: RequestRecord,
    call: Call,
    signal: AbortSignal,
  ): Promise<Answer> {
    const remote = ports.remote();
    if (!remote)
      throw new AppError('MODEL_NOT_READY', {
        model: call.job.body.model,
        why: 'no server elsewhere is set',
      });
    return runOn(record, call, { ...remote, strategy: 'remote', signal, load: null });
  }

  interface Serving {
    readonly modelId: string;
    readonly strategy: ServedBy;
    readonly signal: AbortSignal;
  }

  /** With a model of this computer. A load that cannot be mended turns to the next best model, once. */
  async function answer(record: RequestRecord, call: Call, serving: Serving): Promise<Outcome> {
    const { modelId, strategy, signal } = serving;
    const model = ports.model(modelId);
    const runtime = model && runtimeFor(model);
    if (!model || !runtime) throw missing(modelId, model);
    record.change({ modelId, strategy });
    record.state({ kind: 'loading', startedAt: new Date(clock.now()).toISOString() });
    const loaded = await ports.loadOrMend({
      modelId,
      load: () => runtime.load(model, signal),
      signal,
    });
    if (loaded.kind === 'loaded') {
      const running = { runtime, model, strategy, signal, load: loaded.value };
      return answered(await runOn(record, call, running));
    }
    if (strategy !== 'exact' && strategy !== 'waited') throw loaded.error;
    // Found damaged: from here on it is a model that is not here.
    if (!canAnswer(modelId)) {
      const decision = await decide(record, call, modelId, signal, 0);
      return carryOut(record, call, { decision, known: true, signal });
    }
    const next = await nextBest(call, modelId);
    if (!next) throw loaded.error;
    return answer(record, call, { modelId: next, strategy: 'alternative', signal });
  }

  /** What stands in for a model that is here and cannot be loaded. */
  async function nextBest(call: Call, modelId: string): Promise<string | null> {
    const { larder } = call.job.body;
    const mode = larder?.fallback ?? ports.settings().mode;
    if (mode === 'never') return null;
    const requirements = requirementsOf(call.job);
    const decision = await fallback.suggest({
      modelId,
      requirements,
      mode: 'auto',
      assumeMissing: true,
    });
    const isOther = decision.strategy === 'alternative' && decision.modelId !== modelId;
    return isOther ? decision.modelId : null;
  }

  function missing(modelId: string, model: RunnableModel | null): AppError {
    if (!model)
      return new AppError('MODEL_NOT_READY', { model: modelId, why: 'its files are not all here' });
    const [first] = ports.runtimes();
    const why = first?.canRun(model);
    const format = why && !why.runs ? why.because : 'no runtime';
    return new AppError('RUNTIME_MISSING', { model: modelId, format });
  }

  return {
    canAnswer,
    /** @throws AppError; what goes wrong after `onHead` comes too late for headers */
    ask: (call: Call): Promise<Outcome> => {
      const record = openRecord(call);
      return tracked(record, call.signal, (signal) => serve(record, call, signal));
    },
    /** Begins without waiting: the record tells how it goes on. */
    begin(call: Omit<Call, 'signal'>): GenerationRequest {
      const record = openRecord(call);
      const whole = { ...call, signal: new AbortController().signal };
      tracked(record, whole.signal, (signal) => serve(record, whole, signal)).catch(() => {});
      return record.view();
    },
    /** One that waited, now that its model is here. */
    async runWaiting(
      record: RequestRecord,
      { requestedId }: WaitingRequest,
      job: AnyJob,
    ): Promise<void> {
      const call: Call = { job, app: record.view().app, signal: new AbortController().signal };
      const serving = { modelId: requestedId, strategy: 'queued' as const };
      await tracked(record, call.signal, (signal) => answer(record, call, { ...serving, signal }));
    },
    /** @throws AppError `REQUEST_UNKNOWN` */
    cancel(id: string): GenerationRequest {
      const record = requests.find(id);
      cancels.get(id)?.abort();
      if (ports.waiting().waits(id)) ports.waiting().cancel(id);
      return record.view();
    },
    close(): void {
      for (const cancel of cancels.values()) cancel.abort();
    },
  };
}

const answered = (answer: Answer): Outcome => ({ kind: 'answered', answer });
