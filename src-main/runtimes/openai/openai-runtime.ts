/** A server that speaks the OpenAI API, on this computer or elsewhere: what is asked goes there as it came. */
import type { RuntimeInfo } from '../../../src-shared/domain/generation.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Job, RunnableModel, Runtime } from '../../engines/generation/ports.ts';
import {
  createReading,
  embeddingsSchema,
  modelListSchema,
  parseJson,
  problemIn,
} from './answers.ts';
import type { AskServer } from './ports.ts';

export interface ServerOptions {
  readonly id: string;
  /** As people know it, such as LM Studio. */
  readonly name: string;
  /** Without `/v1`. */
  readonly url: string;
  readonly key?: () => string | undefined;
  readonly ask: AskServer;
}

export interface ServerRuntime extends Runtime {
  readonly url: string;
  readonly name: string;
  /** Asks which models it offers now. @returns whether anything changed */
  look(signal: AbortSignal): Promise<boolean>;
  models(): readonly string[];
}

const LOOK_MS = 3_000;
const PATHS = { chat: '/v1/chat/completions', completion: '/v1/completions' } as const;

export function createServerRuntime({ id, name, url, key, ask }: ServerOptions): ServerRuntime {
  let models: readonly string[] = [];
  let state: RuntimeInfo['state'] = 'unreachable';
  const offers = (model: RunnableModel): model is RunnableModel & { readonly kind: 'served' } =>
    model.kind === 'served' && model.runtimeId === id;
  const nameOf = (model: RunnableModel) => (model.kind === 'served' ? model.name : model.id);

  async function exchange(
    path: string,
    body: object,
    run: { signal: AbortSignal; hear?: (data: string) => void },
  ) {
    try {
      return await ask({ url: `${url}${path}`, body, signal: run.signal, key: key?.() }, run.hear);
    } catch (error) {
      run.signal.throwIfAborted();
      throw new AppError('RUNTIME_UNREACHABLE', { name, url }, { cause: error });
    }
  }

  return {
    id,
    url,
    name,
    models: () => models,
    info: () => ({
      id,
      kind: 'openai',
      name,
      url,
      state,
      detail: null,
      models: [...models],
      loaded: [],
    }),
    canRun: (model) =>
      offers(model) ? { runs: true } : { runs: false, because: `${name} does not offer it` },
    async look(signal) {
      const before = `${state} ${models.join(' ')}`;
      const answer = await ask({
        url: `${url}/v1/models`,
        signal,
        patienceMs: LOOK_MS,
        key: key?.(),
      }).catch(() => null);
      signal.throwIfAborted();
      const list = modelListSchema.safeParse(parseJson(answer?.text ?? ''));
      state = answer?.status === 200 && list.success ? 'ready' : 'unreachable';
      if (list.success) models = list.data.data.map((model) => model.id);
      return before !== `${state} ${models.join(' ')}`;
    },
    async load() {
      return { loadMs: 0, settings: name };
    },
    async generate(model, job, { signal, onDelta }) {
      const reading = createReading(onDelta);
      const body = forServer(job, nameOf(model));
      const { status, text } = await exchange(PATHS[job.kind], body, {
        signal,
        hear: reading.hear,
      });
      if (status !== 200) throw refusal(nameOf(model), status, text);
      if (text !== null) hearWhole(text, reading.hear);
      const problem = reading.problem();
      if (problem) throw new AppError('RUNTIME_FAILED', { model: nameOf(model), problem });
      return reading.generated();
    },
    async embed(model, { larder: _, encoding_format: __, ...body }, signal) {
      const asked = { ...body, model: nameOf(model) };
      const { status, text } = await exchange('/v1/embeddings', asked, { signal });
      if (status !== 200) throw refusal(nameOf(model), status, text);
      const parsed = embeddingsSchema.safeParse(parseJson(text ?? ''));
      if (!parsed.success) {
        throw new AppError('RUNTIME_FAILED', {
          model: nameOf(model),
          problem: 'its answer has no vectors',
        });
      }
      const { data, usage } = parsed.data;
      return {
        vectors: data.map(({ embedding }) => embedding),
        promptTokens: usage?.prompt_tokens ?? 0,
      };
    },
    unload: async () => false,
    close: async () => {},
  };
}

/** Always as a stream, with the count of tokens at its end. */
function forServer({ body }: Job, model: string) {
  const { larder: _, ...rest } = body;
  return { ...rest, model, stream: true, stream_options: { include_usage: true } };
}

/** Some servers answer in one go whatever was asked: then the message stands where the delta would. */
function hearWhole(text: string, hear: (data: string) => void): void {
  const whole = parseJson(text) as { choices?: { message?: unknown }[] } | undefined;
  const choices = whole?.choices?.map((choice) => ({ ...choice, delta: choice.message }));
  hear(JSON.stringify({ ...whole, ...(choices && { choices }) }));
}

function refusal(model: string, status: number, text: string | null): AppError {
  const { message, code } = problemIn(text, status);
  if (code === 'context_length_exceeded') {
    return new AppError('CONTEXT_OVERFLOW', { model, tokens: 0, limit: 0 });
  }
  if (status === 400 || status === 422) return new AppError('INPUT_INVALID', { problem: message });
  return new AppError('RUNTIME_FAILED', { model, problem: message });
}
