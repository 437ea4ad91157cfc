import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src-main/engines/generation/ports.ts';
import { canLlamaRun, doesTask, entryFile } from '../../../src-main/runtimes/llama/can-run.ts';
import { createReading, problemIn } from '../../../src-main/runtimes/openai/answers.ts';

const event = (delta: object, rest: object = {}) =>
  JSON.stringify({ choices: [{ index: 0, delta, ...rest }] });

describe('what model servers send', () => {
  it.each([
    [
      'usage at the end',
      ['{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}'],
      5,
      2,
    ],
    ['no usage', [], 0, 2],
    [
      'usage with every chunk',
      ['{"choices":[{"delta":{}}],"usage":{"prompt_tokens":5,"completion_tokens":9}}'],
      5,
      9,
    ],
  ])('is put together with %s', (_, last, promptTokens, tokens) => {
    const deltas: Delta[] = [];
    const reading = createReading((delta) => deltas.push(delta));
    reading.hear(event({ role: 'assistant', content: '' }));
    reading.hear(event({ reasoning_content: 'hm' }));
    reading.hear(event({ content: 'hi' }, { finish_reason: null }));
    reading.hear('not JSON');
    reading.hear(event({}, { finish_reason: 'length' }));
    for (const data of [...last, '[DONE]']) reading.hear(data);
    expect(deltas).toEqual([{ reasoning: 'hm' }, { content: 'hi' }]);
    expect(reading.generated()).toEqual({ finishReason: 'length', promptTokens, tokens });
    expect(reading.problem()).toBeNull();
  });

  it('no error is none, and calls that are not counted are counted', () => {
    const deltas: Delta[] = [];
    const reading = createReading((delta) => deltas.push(delta));
    const call = (name: string) => ({ id: name, type: 'function', function: { name } });
    reading.hear(`{"error":null,${event({ tool_calls: [call('a'), call('b')] }).slice(1)}`);
    expect(reading.problem()).toBeNull();
    expect(deltas).toMatchObject([
      {
        toolCalls: [
          { index: 0, id: 'a' },
          { index: 1, id: 'b' },
        ],
      },
    ]);
  });

  it('tells a failure in the middle', () => {
    const reading = createReading(() => {});
    reading.hear('{"error":{"message":"CUDA out of memory."}}');
    expect(reading.problem()).toBe('CUDA out of memory');
  });

  it.each([
    [
      '{"error":{"message":"too long","code":"context_length_exceeded"}}',
      'too long',
      'context_length_exceeded',
    ],
    ['{"error":"model not found"}', 'model not found', ''],
    ['<html>', 'it answered with status 502', ''],
    [null, 'it answered with status 502', ''],
  ])('a refusal %s is read', (text, message, code) => {
    expect(problemIn(text, 502)).toEqual({ message, code });
  });
});

describe('what llama.cpp can be asked', () => {
  const file = (path: string, state = 'present') => ({ path, state }) as never;

  it('is given the first part, and never a helper', () => {
    const files = ['mmproj-a.gguf', 'm-00002-of-00002.gguf', 'm-00001-of-00002.gguf', 'readme.md'];
    expect(entryFile(files.map((path) => file(path)))).toMatchObject({
      path: 'm-00001-of-00002.gguf',
    });
    expect(entryFile([file('imatrix.gguf'), file('b.gguf', 'excluded')])).toBeUndefined();
  });

  it.each([
    [{ architecture: 'llama' }, 'a.gguf', true],
    [undefined, 'a.gguf', true],
    [{ architecture: 'flux' }, 'a.gguf', false],
    [undefined, 'model.safetensors', false],
  ])('%o in %s: %s', (metadata, path, runs) => {
    const status = { metadata, files: [file(path)] } as never;
    expect(canLlamaRun({ kind: 'library', id: 'x', status }).runs).toBe(runs);
  });

  it('models for vectors write no text', () => {
    expect(doesTask('nomic-bert', 'chat')).toBe(false);
    expect(doesTask('nomic-bert', 'embedding')).toBe(true);
    expect(doesTask(undefined, 'chat')).toBe(true);
  });
});
