/**
 * Answers in the shape of OpenAI's API. Pure.
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { ToolCall } from '../../../src-shared/contract/openai.ts';
import type { Delta, Generated, Job } from './ports.ts';

export interface AnswerFacts {
  readonly id: string;
  readonly kind: Job['kind'];
  /** The model that answers. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

const PREFIXES = { chat: 'chatcmpl-', completion: 'cmpl-' } as const;
const OBJECTS = { chat: 'chat.completion', completion: 'text_completion' } as const;

function headOf({ id, kind, model, createdAt }: AnswerFacts, object: string) {
  const created = Math.floor(createdAt / 1000);
  return { id: `${PREFIXES[kind]}${id}`, object, created, model };
}

const usageOf = ({ promptTokens, tokens }: Generated) => ({
  prompt_tokens: promptTokens,
  completion_tokens: tokens,
  total_tokens: promptTokens + tokens,
});

/** One event of a stream. @param isFirst tells whose words follow */
export function chunkOf(facts: AnswerFacts, delta: Delta, isFirst: boolean) {
  if (facts.kind === 'completion') {
    const choice = { index: 0, text: delta.content ?? '', logprobs: null, finish_reason: null };
    return { ...headOf(facts, OBJECTS.completion), choices: [choice] };
  }
  const { content, reasoning, toolCalls } = delta;
  const piece = {
    ...(isFirst && { role: 'assistant' }),
    ...(content !== undefined && { content }),
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(toolCalls && { tool_calls: toolCalls }),
  };
  const choice = { index: 0, delta: piece, logprobs: null, finish_reason: null };
  return { ...headOf(facts, 'chat.completion.chunk'), choices: [choice] };
}

/** The events that end a stream. */
export function lastChunksOf(
  facts: AnswerFacts,
  generated: Generated,
  { withUsage }: { readonly withUsage: boolean },
) {
  const isChat = facts.kind === 'chat';
  const head = headOf(facts, isChat ? 'chat.completion.chunk' : OBJECTS.completion);
  const end = { index: 0, logprobs: null, finish_reason: generated.finishReason };
  const last = { ...head, choices: [isChat ? { ...end, delta: {} } : { ...end, text: '' }] };
  return withUsage ? [last, { ...head, choices: [], usage: usageOf(generated) }] : [last];
}

/** Puts the pieces of an answer together. */
export function createCollection() {
  let content = '';
  let reasoning = '';
  const toolCalls: ToolCall[] = [];
  return {
    add(delta: Delta): void {
      content += delta.content ?? '';
      reasoning += delta.reasoning ?? '';
      for (const part of delta.toolCalls ?? []) addCall(toolCalls, part);
    },
    whole(facts: AnswerFacts, generated: Generated) {
      const end = { index: 0, logprobs: null, finish_reason: generated.finishReason };
      const message = {
        role: 'assistant',
        content: content === '' && toolCalls.length > 0 ? null : content,
        ...(reasoning !== '' && { reasoning_content: reasoning }),
        ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(({ index: _, ...call }) => call) }),
      };
      const choice = facts.kind === 'chat' ? { ...end, message } : { ...end, text: content };
      const head = headOf(facts, OBJECTS[facts.kind]);
      return { ...head, choices: [choice], usage: usageOf(generated) };
    },
  };
}

/** Servers send a call in parts: its name first, then its arguments bit by bit. */
function addCall(calls: ToolCall[], part: ToolCall): void {
  const index = typeof part.index === 'number' ? part.index : calls.length;
  const known = calls[index];
  if (!known) {
    const { name = '', arguments: text = '' } = part.function ?? {};
    calls[index] = { ...part, type: 'function', function: { name, arguments: text } };
    return;
  }
  const more = part.function?.arguments ?? '';
  const { name, arguments: text } = known.function;
  calls[index] = { ...known, function: { name, arguments: text + more } };
}

export function embeddingsOf(
  model: string,
  vectors: readonly (readonly number[])[],
  options: { readonly promptTokens: number; readonly base64: boolean },
) {
  const { promptTokens, base64 } = options;
  return {
    object: 'list',
    model,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: base64 ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector,
    })),
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  };
}
