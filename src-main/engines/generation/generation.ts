import type { Decision } from '../../../src-shared/domain/fallback.ts';
import type { GenerationRequest, ServedBy } from '../../../src-shared/domain/generation.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import type { Clock, Log } from '../ports.ts';
import { createPlaceholder } from './placeholder.ts';
import type {
  Answer,
  AnyJob,
  Decides,
  LoadFacts,
  Outlook,
  RunnableModel,
  Runtime,
  Use,
} from './ports.ts';
import type { RequestRecord, Requests } from './requests.ts';
import { needsMore, refusal, requirementsOf } from './requirements.ts';
import { type KnownNames, resolveName } from './resolve-name.ts';
import { type Asker, createRunAnswer } from './run-answer.ts';
import { NotNow, type WaitingRequest, type WaitingRoom } from './waiting-room.ts';

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
    readonly load: (signal: AbortSignal) => Promise<LoadFacts>;
    readonly signal: AbortSignal;
  }) => Promise<
    | { readonly kind: 'loaded'; readonly value: LoadFacts }
    | { readonly kind: 'alternative'; readonly error: AppError }
  >;
  /** Fetches what a model lacks, and waits so long for it. @returns its id if it is there now */
  readonly ensure: (
    modelId: string,
    maxWaitMs: number,
    signal: AbortSignal,
  ) => Promise<string | null>;
  readonly outlook: (modelId: string) => Outlook;
  readonly used: (use: Use) => void;
  readonly settings: () => Settings['fallback'];
}

export interface Call extends Asker {
  readonly priority?: number | undefined;
  /** Whether the caller comes back for the answer when it takes long. */
  readonly canQueue: boolean;
  /** The caller went away. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'queued'; readonly request: GenerationRequest }
  | { readonly kind: 'refused'; readonly error: AppError; readonly decision: Decision };

/** What a name meant when it was asked for. */
interface Opened {
  readonly record: RequestRecord;
  readonly requestedId: string;
  readonly candidates: readonly string[];
  readonly known: boolean;
}

/** A request on its way to its answer. */
interface Serving {
  readonly record: RequestRecord;
  readonly call: Call;
  readonly requestedId: string;
  /** Whether anything goes by the name that was asked for. */
  readonly known: boolean;
  readonly signal: AbortSignal;
  /** Models that could not be loaded for it. */
  readonly tried: Set<string>;
  /** Of the last of them. */
  readonly failure?: AppError;
}

interface By {
  readonly modelId: string;
  readonly strategy: ServedBy;
}

interface Ready {
  readonly runtime: Runtime;
  readonly model: RunnableModel;
  readonly value: LoadFacts;
}

/** Memory that others hold, or a server that is away for a while. */
const isPassing = ({ code }: AppError) => code === 'MEMORY_SHORT' || code === 'RUNTIME_UNREACHABLE';

const TELL_MS = 1_000;

export type Generation = ReturnType<typeof createGeneration>;

export function createGeneration(ports: GenerationPorts) {
  const { clock, requests, fallback } = ports;
  const placeholder = createPlaceholder();
  const { runOn, noteFailedLoad } = createRunAnswer(ports);
  const cancels = new Map<string, AbortController>();

  const runtimeFor = (model: RunnableModel): Runtime | undefined =>
    ports.runtimes().find((runtime) => runtime.canRun(model).runs);

  function canAnswer(modelId: string): boolean {
    const model = ports.model(modelId);
    return model !== null && runtimeFor(model) !== undefined;
  }

  /** @param keepsAnswer for who comes back for it; a program that waits for it has it already */
  function open(
    { job, app, priority }: Pick<Call, 'job' | 'app' | 'priority'>,
    keepsAnswer: boolean,
  ): Opened {
    const meant = resolveName(job.body.model, ports.names());
    const [requestedId = job.body.model] = meant.candidates;
    const facts = { kind: job.kind, requested: job.body.model, requestedId, app, keepsAnswer };
    return { ...meant, requestedId, record: requests.open({ ...facts, priority: priority ?? 0 }) };
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
      else if (!(error instanceof NotNow))
        record.state({ kind: 'failed', endedAt, error: toErrorReport(error) });
      if (cancel.signal.aborted) throw new AppError('REQUEST_CANCELLED', {});
      throw error;
    } finally {
      cancels.delete(record.id);
    }
  }

  async function serve(opened: Opened, call: Call, signal: AbortSignal): Promise<Outcome> {
    const { record, candidates, known } = opened;
    const ready = candidates.find(canAnswer);
    // Of an alias any model is the one that was asked for.
    const requestedId = ready ?? opened.requestedId;
    if (requestedId !== opened.requestedId) record.change({ requestedId });
    const request: Serving = { record, call, requestedId, known, signal, tried: new Set() };
    if (ready && !needsMore(requirementsOf(call.job)))
      return answer(request, { modelId: ready, strategy: 'exact' });
    if (!ready) waits(request);
    return carryOut(request, await decide(request, maxWaitOf(call)));
  }

  function waits({ record, requestedId }: Serving): void {
    const state = { kind: 'waiting' as const, position: 1, ...ports.outlook(requestedId) };
    record.stands(state, { quietly: false });
  }

  function decide({ record, call, requestedId, signal, tried }: Serving, maxWaitMs: number) {
    return fallback.decide({
      requestId: record.id,
      modelId: requestedId,
      requirements: requirementsOf(call.job),
      mode: call.job.body.larder?.fallback ?? ports.settings().mode,
      except: [...tried],
      maxWaitMs,
      signal,
      canQueue: call.canQueue,
    });
  }

  const maxWaitOf = ({ job: { body } }: Call) =>
    body.larder?.maxWaitMs ?? body.larder?.requirements?.maxWaitMs ?? ports.settings().maxWaitMs;

  /** Fetched beside, for the requests after this one. */
  function fetchAside(modelId: string): void {
    ports.ensure(modelId, 0, new AbortController().signal).catch((error: unknown) => {
      const problem = toAppError(error).message;
      ports.log.warn('a model that was asked for is not fetched', { modelId, problem });
    });
  }

  async function carryOut(request: Serving, decision: Decision): Promise<Outcome> {
    const { record, call, requestedId, known, signal } = request;
    const { modelId, strategy, startsDownload } = decision;
    if (startsDownload && strategy !== 'wait' && strategy !== 'queue') fetchAside(requestedId);
    switch (strategy) {
      case 'exact':
      case 'alternative':
        if (modelId === null) break;
        return answer(request, { modelId, strategy });
      case 'wait':
        return waitFor(request);
      case 'queue': {
        const { job } = call;
        await ports.waiting().add({ record, kind: job.kind, requestedId, body: job.body, signal });
        return { kind: 'queued', request: record.view() };
      }
      case 'remote':
        return answered(await answerRemotely(request));
      case 'placeholder': {
        const model = placeholder.modelFor(requestedId);
        const running = { runtime: placeholder, model, strategy, signal, load: null };
        return answered(await runOn(record, call, running));
      }
      case 'ask':
      case 'refuse':
        break;
    }
    if (request.failure) throw request.failure;
    const error = refusal(decision, known);
    const endedAt = new Date(clock.now()).toISOString();
    record.state({ kind: 'failed', endedAt, error: toErrorReport(error) });
    return { kind: 'refused', error, decision };
  }

  async function waitFor(request: Serving): Promise<Outcome> {
    const { requestedId, call, signal } = request;
    let cancel = () => {};
    const tell = () => {
      waits(request);
      cancel = clock.after(TELL_MS, tell);
    };
    tell();
    const modelId = await ports
      .ensure(requestedId, maxWaitOf(call), signal)
      .finally(() => cancel());
    if (modelId !== null && canAnswer(modelId)) {
      if (modelId !== requestedId) request.record.change({ requestedId: modelId });
      return answer({ ...request, requestedId: modelId }, { modelId, strategy: 'waited' });
    }
    return carryOut(request, await decide(request, 0));
  }

  async function answerRemotely({ record, call, signal }: Serving): Promise<Answer> {
    const remote = ports.remote();
    const why = 'no server elsewhere is set';
    if (!remote) throw new AppError('MODEL_NOT_READY', { model: call.job.body.model, why });
    return runOn(record, call, { ...remote, strategy: 'remote', signal, load: null });
  }

  /** With a model of this computer. When it cannot be loaded it is decided anew, without it. */
  async function answer(request: Serving, by: By): Promise<Outcome> {
    const { record, call, tried } = request;
    const { modelId, strategy } = by;
    const loaded = await load(request, by);
    if (loaded.kind === 'loaded') return answered(await run(request, by, loaded));
    const { error } = loaded;
    if (strategy === 'queued')
      throw isPassing(error) ? new NotNow(error.message, { cause: error }) : error;
    tried.add(modelId);
    record.change({ modelId: null, strategy: null });
    ports.log.info('a model that should answer cannot be loaded', { modelId, code: error.code });
    return carryOut({ ...request, failure: error }, await decide(request, maxWaitOf(call)));
  }

  async function load({ record, call, signal }: Serving, { modelId, strategy }: By) {
    const startedAt = clock.now();
    const model = ports.model(modelId);
    const runtime = model && runtimeFor(model);
    if (!model || !runtime) throw missing(modelId, model);
    record.change({ modelId, strategy });
    record.state({ kind: 'loading', startedAt: new Date(startedAt).toISOString() });
    const loaded = await ports.loadOrMend({
      modelId,
      load: (until) => runtime.load(model, until),
      signal,
    });
    if (loaded.kind === 'loaded')
      return { kind: 'loaded' as const, value: loaded.value, model, runtime };
    const { error } = loaded;
    noteFailedLoad(record, call, { runtime, model, strategy, error, startedAt });
    return { kind: 'failed' as const, error };
  }

  /** A process that ends before the first word has answered nothing yet: it is asked once more. */
  async function run(request: Serving, by: By, loaded: Ready): Promise<Answer> {
    const { record, call, signal } = request;
    const { runtime, model, value } = loaded;
    const running = { runtime, model, strategy: by.strategy, signal, load: value };
    try {
      return await runOn(record, call, running);
    } catch (error) {
      const isSilent = record.view().state.kind === 'loading';
      if (signal.aborted || !isSilent || toAppError(error).code !== 'RUNTIME_CRASHED') throw error;
      const again = await load(request, by);
      if (again.kind === 'failed') throw error;
      return runOn(record, call, { ...running, load: again.value });
    }
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
      const opened = open(call, false);
      return tracked(opened.record, call.signal, (signal) => serve(opened, call, signal));
    },
    /** Begins without waiting: the record tells how it goes on. */
    begin(call: Omit<Call, 'signal' | 'canQueue'>): GenerationRequest {
      const opened = open(call, true);
      const { record } = opened;
      const whole = { ...call, canQueue: true, signal: new AbortController().signal };
      tracked(record, whole.signal, (signal) => serve(opened, whole, signal)).catch(() => {});
      return record.view();
    },
    /**
     * One that waited, now that its model is here.
     * @throws NotNow when it has to wait on: what stands in the way will pass
     */
    async runWaiting(
      record: RequestRecord,
      { requestedId }: WaitingRequest,
      job: AnyJob,
    ): Promise<void> {
      const { signal: never } = new AbortController();
      const call: Call = { job, app: record.view().app, canQueue: true, signal: never };
      const by = { modelId: requestedId, strategy: 'queued' } as const;
      await tracked(record, call.signal, (signal) =>
        answer({ record, call, requestedId, known: true, signal, tried: new Set() }, by),
      );
    },
    /** @throws AppError `REQUEST_UNKNOWN` */
    cancel(id: string): GenerationRequest {
      const record = requests.find(id);
      const running = cancels.get(id);
      if (running) running.abort();
      else ports.waiting().cancel(id);
      return record.view();
    },
    close(): void {
      for (const cancel of cancels.values()) cancel.abort();
    },
  };
}

const answered = (answer: Answer): Outcome => ({ kind: 'answered', answer });
