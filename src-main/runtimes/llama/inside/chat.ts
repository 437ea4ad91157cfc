/** One answer in a conversation, with tools and JSON where they are asked for. */
import type {
  ChatHistoryItem,
  ChatModelFunctions,
  GbnfJsonSchema,
  Llama,
  LlamaChat,
  LlamaGrammar,
} from 'node-llama-cpp';
import type { ChatBody, ToolCall } from '../../../../src-shared/contract/openai.ts';
import type { Generated } from '../../../engines/generation/ports.ts';
import { stopsOf, toHistory } from './history.ts';
import { JobFailure, type JobRun, roomFor } from './job.ts';
import { samplingOf } from './sampling.ts';

interface Answering {
  readonly llama: Llama;
  readonly chat: LlamaChat;
  readonly body: ChatBody;
  readonly run: JobRun;
}

/** @throws JobFailure, or the reason of the signal */
export async function answerChat({ llama, chat, body, run }: Answering): Promise<Generated> {
  const history = toHistory(body.messages);
  const functions = functionsOf(body);
  const promptTokens = countTokens(chat, history, functions);
  const room = roomFor(promptTokens, chat.sequence.contextSize);
  const wanted = body.max_completion_tokens ?? body.max_tokens ?? room;
  const before = chat.sequence.tokenMeter.getState();
  const grammar = functions ? undefined : await grammarOf(llama, body);
  const answer = await chat.generateResponse(history, {
    ...samplingOf(body),
    maxTokens: Math.min(room, wanted),
    customStopTriggers: [...stopsOf(body)],
    signal: run.signal,
    onResponseChunk: ({ type, text }) => {
      if (text !== '') run.onDelta(type === 'segment' ? { reasoning: text } : { content: text });
    },
    ...(functions ? { functions, documentFunctionParams: true } : grammar && { grammar }),
  });
  const calls = toToolCalls(answer.functionCalls ?? []);
  if (calls.length > 0) run.onDelta({ toolCalls: calls });
  return {
    finishReason: reasonOf(answer.metadata.stopReason, calls.length > 0),
    promptTokens,
    tokens: chat.sequence.tokenMeter.diff(before).usedOutputTokens,
  };
}

function reasonOf(stopReason: string, hasCalls: boolean): Generated['finishReason'] {
  if (hasCalls) return 'tool_calls';
  return stopReason === 'maxTokens' ? 'length' : 'stop';
}

/** Of the whole conversation as the model reads it, what it remembers included. */
function countTokens(
  chat: LlamaChat,
  history: readonly ChatHistoryItem[],
  functions: ChatModelFunctions | undefined,
): number {
  const { contextText } = chat.chatWrapper.generateContextState({
    chatHistory: [...history, { type: 'model', response: [] }],
    ...(functions && { availableFunctions: functions, documentFunctionParams: true }),
  });
  return contextText.tokenize(chat.model.tokenizer).length;
}

function functionsOf({ tools, tool_choice: choice }: ChatBody): ChatModelFunctions | undefined {
  if (!tools || tools.length === 0 || choice === 'none') return undefined;
  return Object.fromEntries(
    tools.map(({ function: { name, description, parameters } }) => [
      name,
      // What the schema may hold is checked when the grammar is made from it.
      { ...(description && { description }), params: parameters as GbnfJsonSchema | undefined },
    ]),
  );
}

const schemaOf = ({ response_format: format }: ChatBody): unknown =>
  (format as { json_schema?: { schema?: unknown } } | null | undefined)?.json_schema?.schema;

/** @throws JobFailure `input` for a schema that cannot be followed */
async function grammarOf(llama: Llama, body: ChatBody): Promise<LlamaGrammar | undefined> {
  const type = body.response_format?.type ?? 'text';
  if (type === 'text') return undefined;
  const schema = schemaOf(body);
  if (type === 'json_object' || schema === undefined) return llama.getGrammarFor('json');
  try {
    return await llama.createGrammarForJsonSchema(schema as { type: 'object' });
  } catch (error) {
    const problem = `the JSON schema cannot be followed (${(error as Error).message})`;
    throw new JobFailure({ kind: 'input', problem });
  }
}

function toToolCalls(
  calls: readonly { readonly functionName: string; readonly params: unknown }[],
): ToolCall[] {
  return calls.map(({ functionName, params }, index) => ({
    index,
    id: `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`,
    type: 'function',
    function: { name: functionName, arguments: JSON.stringify(params ?? {}) },
  }));
}
