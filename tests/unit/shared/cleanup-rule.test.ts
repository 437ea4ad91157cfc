import { describe, expect, it } from 'vitest';
import {
  type CleanupRule,
  cleanupRuleSchema,
  type RuleFacts,
  ruleFor,
} from '../../../src-shared/domain/cleanup-rule.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const GB = 1e9;

const facts = (changes: Partial<RuleFacts> = {}): RuleFacts => ({
  keep: false,
  sizeBytes: 8 * GB,
  task: 'text-generation',
  tags: ['Trial'],
  touchedAt: NOW - 30 * DAY,
  ...changes,
});

const rule = (changes: Partial<CleanupRule>): CleanupRule => ({
  name: 'A rule',
  action: 'propose',
  ...changes,
});

const falls = (under: Partial<CleanupRule>, changes: Partial<RuleFacts> = {}) =>
  ruleFor(facts(changes), [rule(under)], NOW) !== null;

describe('a rule holds', () => {
  it('by age from that very day on', () => {
    expect(falls({ unusedDays: 30 })).toBe(true);
    expect(falls({ unusedDays: 31 })).toBe(false);
  });

  it('by size for what is larger', () => {
    expect(falls({ largerThanBytes: 8 * GB - 1 })).toBe(true);
    expect(falls({ largerThanBytes: 8 * GB })).toBe(false);
  });

  it('by tag or task, in whatever case', () => {
    expect(falls({ tag: 'trial' })).toBe(true);
    expect(falls({ tag: 'Text-Generation' })).toBe(true);
    expect(falls({ tag: 'image' })).toBe(false);
  });

  it('only when all of its conditions do, and for nothing that is kept', () => {
    expect(falls({ unusedDays: 30, largerThanBytes: 9 * GB })).toBe(false);
    expect(falls({ unusedDays: 30, tag: 'trial' })).toBe(true);
    expect(falls({ unusedDays: 30 }, { keep: true })).toBe(false);
  });

  it('the first one when several do', () => {
    const rules = [rule({ name: 'one', unusedDays: 10 }), rule({ name: 'two', unusedDays: 1 })];
    expect(ruleFor(facts(), rules, NOW)?.name).toBe('one');
  });
});

it('a rule without any condition is refused: it would take everything', () => {
  const refused = cleanupRuleSchema.safeParse({ name: 'All', action: 'trash' });
  expect(refused.error?.issues.map(({ message }) => message)).toEqual([
    'needs an age, a size or a tag',
  ]);
});
