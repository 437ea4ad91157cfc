import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeFindings, type NewFinding } from '../../../src-main/engines/health/findings.ts';
import {
  healthScore,
  integrityScore,
  overallScore,
} from '../../../src-main/engines/health/scores.ts';
import { type Verdict, verdictSchema, worstOf } from '../../../src-shared/domain/health.ts';

const verdict = fc.constantFrom(...verdictSchema.options);
const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-02-01T00:00:00.000Z';
const digest = (file: string, sentence = 'differs'): NewFinding => ({
  check: 'digest',
  verdict: 'damaged',
  file,
  sentence,
});
const context = (at: string, checks: readonly NewFinding['check'][]) => ({
  modelId: 'm',
  at,
  checks: new Set(checks),
  files: null,
});

describe('scores', () => {
  it('stay between 0 and 100, and a worse verdict never scores better', () => {
    const order: readonly Verdict[] = ['healthy', 'unverifiable', 'suspect', 'damaged', 'unsafe'];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (integrity) => {
        const scores = order.map((each) => healthScore(each, integrity));
        expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
        for (const score of scores) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it('integrity is the proven share, and half of it once proof is twice as old as due', () => {
    expect(integrityScore({ provenBytes: 50, sizeBytes: 100, age: 0 })).toBe(50);
    expect(integrityScore({ provenBytes: 100, sizeBytes: 100, age: 1 })).toBe(100);
    expect(integrityScore({ provenBytes: 100, sizeBytes: 100, age: 2 })).toBe(50);
    expect(integrityScore({ provenBytes: 0, sizeBytes: 0, age: 9 })).toBeLessThanOrEqual(100);
  });

  it('what fills the disk counts most; no models at all are perfectly healthy', () => {
    expect(overallScore([])).toBe(100);
    const models = [
      { healthScore: 100, sizeBytes: 9e9 },
      { healthScore: 0, sizeBytes: 1e9 },
    ];
    expect(overallScore(models)).toBe(90);
  });
});

describe('worstOf', () => {
  it('is one of those given, or healthy for none', () => {
    fc.assert(
      fc.property(fc.array(verdict), (verdicts) => {
        expect([...verdicts, 'healthy']).toContain(worstOf(verdicts));
      }),
    );
    expect(worstOf(['suspect', 'unsafe', 'healthy'])).toBe('unsafe');
  });
});

describe('mergeFindings', () => {
  it('replaces what the same checks found before, and keeps what others found', () => {
    const load: NewFinding = { check: 'load', verdict: 'suspect', sentence: 'crashed' };
    const before = mergeFindings([], [digest('a'), load], context(AT, ['digest', 'load']));
    const after = mergeFindings(before, [], context(LATER, ['digest']));
    expect(after.map(({ check }) => check)).toEqual(['load']);
  });

  it('keeps date and decision of what is found again, and drops both once it says something else', () => {
    const [first] = mergeFindings([], [digest('a')], context(AT, ['digest']));
    if (!first) throw new Error('nothing found');
    const ignored = { ...first, ignored: { at: AT, reason: 'mine' } };
    const [same] = mergeFindings([ignored], [digest('a')], context(LATER, ['digest']));
    expect(same).toMatchObject({ foundAt: AT, ignored: { reason: 'mine' } });
    const [other] = mergeFindings([ignored], [digest('a', 'more')], context(LATER, ['digest']));
    expect(other).toMatchObject({ foundAt: LATER });
    expect(other?.ignored).toBeUndefined();
  });
});
