/** One model in memory through llama.cpp: what the process of a loaded model does. */
import { availableParallelism } from 'node:os';
import {
  type ChatWrapper,
  getLlama,
  InsufficientMemoryError,
  type Llama,
  LlamaChat,
  LlamaCompletion,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaEmbeddingContext,
  LlamaLogLevel,
  type LlamaModel,
  resolveChatWrapper,
} from 'node-llama-cpp';
import type { ChatBody, CompletionBody } from '../../../../src-shared/contract/openai.ts';
import type { Generated } from '../../../engines/generation/ports.ts';
import type { Loaded, LoadOrder } from '../protocol.ts';
import { answerChat } from './chat.ts';
import { stopsOf } from './history.ts';
import { JobFailure, type JobRun, roomFor } from './job.ts';
import { samplingOf } from './sampling.ts';
import { createSlots, type Slots } from './slots.ts';

export interface LlamaEngine {
  readonly loaded: Loaded;
  chat(body: ChatBody, run: JobRun): Promise<Generated>;
  complete(body: CompletionBody, run: JobRun): Promise<Generated>;
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded>;
}

export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly promptTokens: number;
}

/**
 * One core is left to everything else: llama.cpp's threads wait for each other after every layer, so one that
 * has to share its core with a download holds up all of them.
 */
const THREADS = Math.max(1, availableParallelism() - 1);

/** @throws JobFailure `memory`, `other` */
export async function loadEngine(order: LoadOrder): Promise<LlamaEngine> {
  const llama = await startLlama(order.gpu);
  try {
    const model = await llama.loadModel({ modelPath: order.modelPath });
    const size = Math.min(order.contextTokens, model.trainContextSize);
    const context = await model.createContext({
      contextSize: size,
      sequences: order.sequences,
      threads: THREADS,
    });
    return engineOf(llama, model, context);
  } catch (error) {
    if (error instanceof InsufficientMemoryError) throw new JobFailure({ kind: 'memory' });
    throw error;
  }
}

/** Never builds anything; without a build for the graphics card it computes on the processor. */
function startLlama(gpu: LoadOrder['gpu']): Promise<Llama> {
  const quiet = { build: 'never', logLevel: LlamaLogLevel.error, progressLogs: false } as const;
  if (gpu === false) return getLlama({ gpu, ...quiet });
  return getLlama({ gpu: 'auto', ...quiet }).catch(() => getLlama({ gpu: false, ...quiet }));
}

function engineOf(llama: Llama, model: LlamaModel, context: LlamaContext): LlamaEngine {
  const sequences = Array.from({ length: context.totalSequences }, () => context.getSequence());
  const slots = createSlots(sequences);
  // Finding out how a model wants a conversation written takes longer than a short answer.
  let chatWrapper: ChatWrapper | undefined;
  let embedding: Promise<LlamaEmbeddingContext> | undefined;
  const loaded: Loaded = {
    contextTokens: context.contextSize,
    gpuLayers: model.gpuLayers,
    device: llama.gpu === false ? 'cpu' : llama.gpu,
  };
  return {
    loaded,
    chat: (body, run) =>
      withSlot(slots, run.signal, (sequence) => {
        chatWrapper ??= resolveChatWrapper(model);
        const chat = new LlamaChat({ contextSequence: sequence, chatWrapper });
        return answerChat({ llama, chat, body, run }).finally(() =>
          chat.dispose({ disposeSequence: false }),
        );
      }),
    complete: (body, run) =>
      withSlot(slots, run.signal, (sequence) => complete({ model, sequence, body, run })),
    embed: async (texts, signal) => {
      embedding ??= createEmbedding(model, loaded.contextTokens).catch((error: unknown) => {
        embedding = undefined;
        throw error;
      });
      return embed(await embedding, { texts, limit: loaded.contextTokens, signal });
    },
  };
}

async function withSlot<T>(
  slots: Slots<LlamaContextSequence>,
  signal: AbortSignal,
  work: (sequence: LlamaContextSequence) => Promise<T>,
): Promise<T> {
  const sequence = await slots.take(signal);
  try {
    return await work(sequence);
  } finally {
    slots.give(sequence);
  }
}

interface Completing {
  readonly model: LlamaModel;
  readonly sequence: LlamaContextSequence;
  readonly body: CompletionBody;
  readonly run: JobRun;
}

async function complete({ model, sequence, body, run }: Completing): Promise<Generated> {
  const prompt = typeof body.prompt === 'string' ? body.prompt : body.prompt.join('');
  const promptTokens = model.tokenize(prompt).length;
  const room = roomFor(promptTokens, sequence.contextSize);
  const completion = new LlamaCompletion({ contextSequence: sequence });
  const before = sequence.tokenMeter.getState();
  try {
    const { metadata } = await completion.generateCompletionWithMeta(prompt, {
      ...samplingOf(body),
      maxTokens: Math.min(room, body.max_tokens ?? room),
      customStopTriggers: [...stopsOf(body)],
      signal: run.signal,
      onTextChunk: (content) => run.onDelta({ content }),
    });
    return {
      finishReason: metadata.stopReason === 'maxTokens' ? 'length' : 'stop',
      promptTokens,
      tokens: sequence.tokenMeter.diff(before).usedOutputTokens,
    };
  } finally {
    completion.dispose({ disposeSequence: false });
  }
}

/** @throws JobFailure `memory` */
function createEmbedding(model: LlamaModel, contextSize: number): Promise<LlamaEmbeddingContext> {
  return model.createEmbeddingContext({ contextSize }).catch((error: unknown) => {
    throw error instanceof InsufficientMemoryError ? new JobFailure({ kind: 'memory' }) : error;
  });
}

interface Embedding {
  readonly texts: readonly string[];
  /** Tokens of one text. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function embed(
  context: LlamaEmbeddingContext,
  { texts, limit, signal }: Embedding,
): Promise<Embedded> {
  const vectors: (readonly number[])[] = [];
  let promptTokens = 0;
  for (const text of texts) {
    signal.throwIfAborted();
    const tokens = context.calculateInputLength(text);
    // llama.cpp wants one to spare.
    if (tokens >= limit) throw new JobFailure({ kind: 'overflow', tokens, limit });
    promptTokens += tokens;
    vectors.push((await context.getEmbeddingFor(text)).vector);
  }
  return { vectors, promptTokens };
}
