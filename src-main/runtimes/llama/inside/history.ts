/** A conversation as OpenAI's clients send it, as node-llama-cpp wants it. Pure. */
import type { ChatHistoryItem, ChatModelFunctionCall } from 'node-llama-cpp';
import type { ChatBody, ChatMessage } from '../../../../src-shared/contract/openai.ts';
import { JobFailure } from './job.ts';

/** @throws JobFailure `cannot` for pictures and sound, `input` for a result of a call that was never made */
export function toHistory(messages: readonly ChatMessage[]): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = [];
  const open = new Map<string, ChatModelFunctionCall>();
  for (const message of messages) {
    switch (message.role) {
      case 'system':
      case 'developer':
        history.push({ type: 'system', text: textOf(message) });
        break;
      case 'user':
        history.push({ type: 'user', text: textOf(message) });
        break;
      case 'assistant':
        history.push({ type: 'model', response: responseOf(message, open) });
        break;
      case 'tool':
        answerCall(message, open);
    }
  }
  return history;
}

function responseOf(message: ChatMessage, open: Map<string, ChatModelFunctionCall>) {
  const text = textOf(message);
  const calls = (message.tool_calls ?? []).map((call): ChatModelFunctionCall => {
    const params = parseArguments(call.function.arguments);
    const made = { type: 'functionCall' as const, name: call.function.name, params, result: '' };
    open.set(call.id, made);
    return made;
  });
  return text === '' ? calls : [text, ...calls];
}

function parseArguments(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw new JobFailure({ kind: 'input', problem: 'the arguments of a tool call are not JSON' });
  }
}

function answerCall(message: ChatMessage, open: ReadonlyMap<string, ChatModelFunctionCall>): void {
  const call = open.get(message.tool_call_id ?? '');
  if (!call) {
    const problem = 'a message of a tool answers no call before it (tool_call_id)';
    throw new JobFailure({ kind: 'input', problem });
  }
  call.result = textOf(message);
}

function textOf({ content }: ChatMessage): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part) => {
      if (part.type === 'text' && typeof part.text === 'string') return part.text;
      throw new JobFailure({ kind: 'cannot', task: 'pictures or sound' });
    })
    .join('\n');
}

/** Texts at which the answer ends. */
export function stopsOf({ stop }: Pick<ChatBody, 'stop'>): readonly string[] {
  if (stop === null || stop === undefined) return [];
  return (typeof stop === 'string' ? [stop] : stop).filter((text) => text !== '');
}
