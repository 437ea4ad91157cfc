import { describe, expect, it } from 'vitest';
import {
  chunkOf,
  createCollection,
  embeddingsOf,
  lastChunksOf,
} from '../../../src-main/engines/generation/format.ts';
import type { ToolCall } from '../../../src-shared/contract/openai.ts';

const CHAT = { id: 'r', kind: 'chat', model: 'm', createdAt: 5_500 } as const;
const TEXT = { ...CHAT, kind: 'completion' } as const;
const GENERATED = { finishReason: 'stop', promptTokens: 3, tokens: 4 } as const;

describe('answers in the shape of the OpenAI API', () => {
  it('the first chunk says whose words follow, the last why they end', () => {
    expect(chunkOf(CHAT, { content: 'hi' }, true)).toMatchObject({
      object: 'chat.completion.chunk',
      created: 5,
      choices: [{ delta: { role: 'assistant', content: 'hi' }, finish_reason: null }],
    });
    expect(chunkOf(CHAT, { content: 'hi' }, false).choices[0]).toMatchObject({
      delta: { content: 'hi' },
    });
    const [last, usage] = lastChunksOf(CHAT, GENERATED, { withUsage: true });
    expect(last).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    expect(usage).toMatchObject({ choices: [], usage: { total_tokens: 7 } });
    expect(lastChunksOf(TEXT, GENERATED, { withUsage: false })).toHaveLength(1);
  });

  it('pieces become a whole, thoughts apart from words', () => {
    const collection = createCollection();
    collection.add({ reasoning: 'hm' });
    collection.add({ content: 'a' });
    collection.add({ content: 'b' });
    expect(collection.whole(CHAT, GENERATED)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'ab', reasoning_content: 'hm' } }],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
    expect(collection.whole(TEXT, GENERATED)).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'ab' }],
    });
  });

  it('a call that a server sends in parts is one call, and two calls are two', () => {
    const collection = createCollection();
    const part = (index: number, rest: object) => ({ index, ...rest }) as unknown as ToolCall;
    collection.add({
      toolCalls: [part(0, { id: 'a', function: { name: 'look', arguments: '{"x"' } })],
    });
    collection.add({ toolCalls: [part(0, { function: { arguments: ':1}' } })] });
    collection.add({
      toolCalls: [part(1, { id: 'b', function: { name: 'find', arguments: '{}' } })],
    });
    const whole = collection.whole(CHAT, { ...GENERATED, finishReason: 'tool_calls' });
    expect(whole.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'look', arguments: '{"x":1}' } },
          { id: 'b', type: 'function', function: { name: 'find', arguments: '{}' } },
        ],
      },
    });
  });

  it('vectors come as numbers, or as the bytes of them', () => {
    const numbers = embeddingsOf('m', [[1, 0.5]], { promptTokens: 2, base64: false });
    expect(numbers.data[0]?.embedding).toEqual([1, 0.5]);
    const text = embeddingsOf('m', [[1, 0.5]], { promptTokens: 2, base64: true }).data[0]
      ?.embedding;
    const bytes = Buffer.from(text as string, 'base64');
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([1, 0.5]);
  });
});
