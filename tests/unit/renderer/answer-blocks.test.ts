import { describe, expect, it } from 'vitest';
import { blocksOf, partsOf } from '../../../src-renderer/format/answer-blocks.ts';

describe('the blocks of an answer', () => {
  it('sets code apart from text', () => {
    expect(blocksOf('Here:\n```python\nprint(1)\n\nprint(2)\n```\nThat is all.')).toEqual([
      { kind: 'text', text: 'Here:' },
      { kind: 'code', language: 'python', text: 'print(1)\n\nprint(2)' },
      { kind: 'text', text: 'That is all.' },
    ]);
  });

  it('shows code that is still being written as code', () => {
    expect(blocksOf('```js\nconst a')).toEqual([{ kind: 'code', language: 'js', text: 'const a' }]);
  });

  it('keeps fences that are shorter, or of other marks, inside', () => {
    expect(blocksOf('````\n```\n~~~\n````')).toEqual([
      { kind: 'code', language: '', text: '```\n~~~' },
    ]);
  });

  it('keeps line breaks within text', () => {
    expect(blocksOf('One\n\n  two\n')).toEqual([{ kind: 'text', text: 'One\n\n  two' }]);
  });

  it('leaves what looks like a page as it is', () => {
    expect(blocksOf('<img src=x>')).toEqual([{ kind: 'text', text: '<img src=x>' }]);
  });

  it('finds code within a line', () => {
    expect(partsOf('Run `npm test` now')).toEqual([
      { isCode: false, text: 'Run ' },
      { isCode: true, text: 'npm test' },
      { isCode: false, text: ' now' },
    ]);
  });
});
