/**
 * The bodies of OpenAI's API, as far as Larder looks at them. What it does not know passes on to servers that may.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
import { z } from 'zod';
import { larderFieldSchema } from './generation.ts';

const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const otherPart = z.looseObject({ type: z.string() });
const content = z.union([z.string(), z.array(z.union([textPart, otherPart])), z.null()]);

const toolCallSchema = z.looseObject({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: content.optional(),
  tool_calls: z.array(toolCallSchema).optional(),
  tool_call_id: z.string().optional(),
});
export type ChatMessage = z.infer<typeof messageSchema>;

const toolSchema = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});

const modelName = z.string().min(1).max(1_000);
const positive = z.number().int().positive();

const shared = {
  model: modelName,
  larder: larderFieldSchema.optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  n: z.literal(1, { error: 'has to be 1' }).nullish(),
};

export const chatBodySchema = z.looseObject({
  ...shared,
  messages: z.array(messageSchema).min(1),
  max_tokens: positive.nullish(),
  max_completion_tokens: positive.nullish(),
  tools: z.array(toolSchema).max(128).nullish(),
  tool_choice: z.unknown().optional(),
  response_format: z
    .looseObject({ type: z.enum(['text', 'json_object', 'json_schema']) })
    .nullish(),
});
export type ChatBody = z.infer<typeof chatBodySchema>;

export const completionBodySchema = z.looseObject({
  ...shared,
  prompt: z.union([z.string(), z.array(z.string()).length(1)]),
  max_tokens: positive.nullish(),
});
export type CompletionBody = z.infer<typeof completionBodySchema>;

export const embeddingBodySchema = z.looseObject({
  model: modelName,
  larder: larderFieldSchema.optional(),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});
export type EmbeddingBody = z.infer<typeof embeddingBodySchema>;

/** Fields of a request that the runtime inside Larder gives heed to. */
const HEEDED: ReadonlySet<string> = new Set([
  ...Object.keys(chatBodySchema.shape),
  ...Object.keys(completionBodySchema.shape),
  ...Object.keys(embeddingBodySchema.shape),
]);
/** Say nothing about the answer. */
const HARMLESS: ReadonlySet<string> = new Set([
  'user',
  'metadata',
  'store',
  'safety_identifier',
  'prompt_cache_key',
  'service_tier',
]);

/** Names of fields that were sent and change nothing. */
export function unheededFields(body: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(body).filter((name) => !HEEDED.has(name) && !HARMLESS.has(name));
}
