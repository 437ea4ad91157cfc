import { describe, expect, it } from 'vitest';
import { stopsOf, toHistory } from '../../../src-main/runtimes/llama/inside/history.ts';
import { JobFailure, roomFor } from '../../../src-main/runtimes/llama/inside/job.ts';
import { createSlots } from '../../../src-main/runtimes/llama/inside/slots.ts';

const failureOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof JobFailure) return error.failure;
    throw error;
  }
  return null;
};

describe('a conversation for llama.cpp', () => {
  it('keeps who said what, and puts the result of a call where the call is', () => {
    const call = {
      id: 'c1',
      type: 'function' as const,
      function: { name: 'look', arguments: '{"x":1}' },
    };
    expect(
      toHistory([
        { role: 'developer', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: 'found' },
        { role: 'assistant', content: 'done' },
      ]),
    ).toEqual([
      { type: 'system', text: 'be brief' },
      { type: 'user', text: 'a\nb' },
      {
        type: 'model',
        response: [{ type: 'functionCall', name: 'look', params: { x: 1 }, result: 'found' }],
      },
      { type: 'model', response: ['done'] },
    ]);
  });

  it.each([
    ['pictures', [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }], 'cannot'],
    ['a result without a call', [{ role: 'tool', content: 'x', tool_call_id: 'c9' }], 'input'],
    [
      'arguments that are not JSON',
      [
        {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{' } }],
        },
      ],
      'input',
    ],
  ] as const)('refuses %s with a reason', (_, messages, kind) => {
    expect(failureOf(() => toHistory(messages as never))).toMatchObject({ kind });
  });

  it('knows how many tokens are left for the answer', () => {
    expect(roomFor(100, 512)).toBe(411);
    expect(failureOf(() => roomFor(512, 512))).toEqual({
      kind: 'overflow',
      tokens: 512,
      limit: 512,
    });
  });

  it('reads where to stop in either form', () => {
    expect(stopsOf({ stop: null })).toEqual([]);
    expect(stopsOf({ stop: 'x' })).toEqual(['x']);
    expect(stopsOf({ stop: ['a', '', 'b'] })).toEqual(['a', 'b']);
  });
});

describe('places for answers at the same time', () => {
  const never = new AbortController().signal;

  it('the others wait in turn, and who leaves loses the turn', async () => {
    const slots = createSlots(['only']);
    const first = await slots.take(never);
    const leaving = new AbortController();
    const second = slots.take(leaving.signal);
    const third = slots.take(never);
    leaving.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    slots.give(first);
    expect(await third).toBe('only');
  });

  it('the one given back last is taken first', async () => {
    const slots = createSlots(['a', 'b']);
    const [one, two] = [await slots.take(never), await slots.take(never)];
    slots.give(two);
    slots.give(one);
    expect(await slots.take(never)).toBe(one);
  });
});
