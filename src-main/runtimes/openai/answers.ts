/** What servers answer, as far as Larder looks at it. Servers differ: everything but the text may be missing. Pure. */
import { z } from 'zod';
import type { ToolCall } from '../../../src-shared/contract/openai.ts';
import type { Delta, Generated } from '../../engines/generation/ports.ts';

export const modelListSchema = z.object({
  data: z.array(z.object({ id: z.string().min(1).max(1_000) })).max(10_000),
});

const count = z.number().int().nonnegative();
const usageSchema = z.object({
  prompt_tokens: count.optional(),
  completion_tokens: count.optional(),
});

const callPartSchema = z.object({
  index: z.number().int().min(0).max(127).optional(),
  id: z.string().nullish(),
  type: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).optional(),
});

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        text: z.string().nullish(),
        delta: z
          .object({
            content: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            reasoning: z.string().nullish(),
            tool_calls: z.array(callPartSchema).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .optional(),
  usage: usageSchema.nullish(),
  error: z.unknown().optional(),
});

export const embeddingsSchema = z.object({
  data: z.array(z.object({ embedding: z.array(z.number()) })),
  usage: usageSchema.nullish(),
});

const errorSchema = z.object({
  error: z.union([z.string(), z.object({ message: z.string(), code: z.unknown().optional() })]),
});

/** What a server says is wrong, as one short text. */
export function problemIn(text: string | null, status: number): { message: string; code: string } {
  const parsed = errorSchema.safeParse(parseJson(text ?? ''));
  if (!parsed.success) return { message: `it answered with status ${status}`, code: '' };
  const { error } = parsed.data;
  const message = typeof error === 'string' ? error : error.message;
  const code = typeof error === 'string' ? '' : String(error.code ?? '');
  return { message: message.trim().slice(0, 500).replace(/\.$/, ''), code };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Puts the events of one answer together. */
export function createReading(onDelta: (delta: Delta) => void) {
  let finishReason: Generated['finishReason'] = 'stop';
  let promptTokens = 0;
  let usedTokens: number | null = null;
  let heard = 0;
  let problem: string | null = null;

  return {
    /** @param data of one event */
    hear(data: string): void {
      if (data === '[DONE]') return;
      const parsed = chunkSchema.safeParse(parseJson(data));
      if (!parsed.success) return;
      const { choices, usage, error } = parsed.data;
      if (error) problem = problemIn(JSON.stringify({ error }), 0).message;
      if (usage) {
        promptTokens = usage.prompt_tokens ?? promptTokens;
        usedTokens = usage.completion_tokens ?? usedTokens;
      }
      const choice = choices?.[0];
      if (!choice) return;
      const { delta, text } = choice;
      const content = delta?.content ?? text ?? '';
      const reasoning = delta?.reasoning_content ?? delta?.reasoning ?? '';
      // Some servers send each call whole, and count none of them.
      const toolCalls = (delta?.tool_calls ?? []).map((call, position) => ({
        ...call,
        index: call.index ?? position,
      })) as unknown as readonly ToolCall[];
      if (content !== '' || reasoning !== '' || toolCalls.length > 0) {
        heard += 1;
        onDelta({
          ...(content !== '' && { content }),
          ...(reasoning !== '' && { reasoning }),
          ...(toolCalls.length > 0 && { toolCalls }),
        });
      }
      if (choice.finish_reason === 'length' || choice.finish_reason === 'tool_calls') {
        finishReason = choice.finish_reason;
      }
    },
    problem: () => problem,
    /** Servers that do not count send about one event for each token. */
    generated: (): Generated => ({ finishReason, promptTokens, tokens: usedTokens ?? heard }),
  };
}
