import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attentionWords,
  drawDamage,
  dueWords,
  needsAttention,
  overallWords,
  piecesWords,
  queuedWords,
  repairChoices,
  repairWords,
  scrubWords,
  shownScore,
  withHealth,
  worstFirst,
} from '../../../src-renderer/format/health.ts';
import { type ModelHealth, verdictSchema } from '../../../src-shared/domain/health.ts';
import { aDamaged, aFinding, aHealth, aHealthSummary } from './support/builders.ts';

const NOW = Date.parse('2026-01-10T12:00:00.000Z');
const ignored = { at: '2026-01-10T09:00:00.000Z', reason: 'mine' };

describe('the pieces that differ', () => {
  it('are counted from one, neighbours joined', () => {
    expect(piecesWords({ pieces: [0], pieceCount: 4 })).toBe('piece 1 of 4');
    expect(piecesWords({ pieces: [5, 3, 4, 9, 9], pieceCount: 12 })).toBe('pieces 4–6, 10 of 12');
    expect(piecesWords({ pieces: undefined, pieceCount: undefined })).toBe('');
  });

  it('are counted where they are too many to be named', () => {
    const pieces = [0, 2, 4, 6, 8, 10, 12, 13, 20];
    expect(piecesWords({ pieces, pieceCount: 99 })).toBe(
      'pieces 1, 3, 5, 7, 9, 11 and 3 more of 99',
    );
  });

  it('are each drawn, however many there are', () => {
    expect(drawDamage({ pieces: [1], pieceCount: 4 })).toBe('dxdd');
    expect(drawDamage({ pieces: [4_999], pieceCount: 5_000 })).toMatch(/^d{95}x$/);
    expect(drawDamage({ pieces: [0, 2_500], pieceCount: 5_000 })).toMatch(/^xd{47}xd{47}$/);
  });
});

describe('ways of repair', () => {
  const { repairs, findings } = aDamaged();

  it('say what they fetch', () => {
    expect(repairs.map((repair) => repairWords(repair, findings))).toEqual([
      'Repair: fetch 3 pieces, 12.0 MB',
      'Fetch 1 file, 1.00 GB',
      'Fetch the whole model, 2.00 GB',
    ]);
  });

  it('do not promise pieces where one file has to come whole', () => {
    const { pieces, pieceCount, ...missing } = aFinding({ id: 'b', verdict: 'incomplete' });
    expect(repairWords({ mode: 'pieces', files: 2, bytes: 3e9 }, [aFinding(), missing])).toBe(
      'Repair: fetch 2 files, 3.00 GB',
    );
  });

  it('leave out what is ignored', () => {
    const second = aFinding({ id: 'digest:b', file: 'b', pieces: [7], ignored });
    expect(repairWords({ mode: 'pieces', files: 1, bytes: 12e6 }, [aFinding(), second])).toBe(
      'Repair: fetch 3 pieces, 12.0 MB',
    );
  });

  it('that cost the same are offered once', () => {
    const same = repairs.map((repair) => ({ ...repair, bytes: Math.min(repair.bytes, 1e9) }));
    expect(repairChoices(same).map(({ mode }) => mode)).toEqual(['pieces', 'files']);
  });
});

describe('all models together', () => {
  const words = (items: Parameters<typeof aHealthSummary>[0], healthScore: number) =>
    overallWords(aHealthSummary(items, { healthScore }));

  it('are never well while one is damaged, however small it is', () => {
    const summary = aHealthSummary([aHealth(), aDamaged()], { healthScore: 100 });
    expect(overallWords(summary)).toBe('Needs care');
    expect(shownScore(summary)).toBe(99);
  });

  it('are well, good, or need a look', () => {
    expect(words([aHealth()], 100)).toBe('All is well');
    expect(words([aHealth()], 80)).toBe('Good');
    expect(words([aHealth()], 50)).toBe('Needs a look');
    expect(words([aHealth(), aHealth({ verdict: 'suspect' })], 99)).toBe('Needs a look');
    expect(words([aHealth(), aHealth({ verdict: 'offline' })], 99)).toBe('Good');
    expect(shownScore(aHealthSummary([aHealth()], { healthScore: 100 }))).toBe(100);
  });

  it('are sorted worst first, then by name as people count', () => {
    const items = verdictSchema.options.map((verdict) => aHealth({ verdict, name: verdict }));
    const more = [aHealth({ name: 'Model 10' }), aHealth({ name: 'Model 2' })];
    expect(worstFirst([...more, ...items]).map(({ name }) => name)).toEqual([
      'unsafe',
      'damaged',
      'incomplete',
      'suspect',
      'offline',
      'unverifiable',
      'healthy',
      'Model 2',
      'Model 10',
    ]);
  });
});

describe('what needs attention', () => {
  it('is what is wrong, but not a model that is still being downloaded', () => {
    const loading = aHealth({ verdict: 'incomplete' });
    const missing = aHealth({
      verdict: 'incomplete',
      findings: [aFinding({ verdict: 'incomplete' })],
    });
    expect([aHealth(), loading, missing, aDamaged()].map(needsAttention)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect([attentionWords(1), attentionWords(2)]).toEqual([
      '1 model needs attention',
      '2 models need attention',
    ]);
  });
});

describe('the background check', () => {
  const { scrub } = aHealthSummary([]);

  it('says what it does and how much of its day is used', () => {
    expect(scrubWords({ ...scrub, todayBytes: 12e9 })).toBe(
      'Waits for mains power. 12.0 GB of 50.0 GB read today.',
    );
    expect(scrubWords({ ...scrub, budgetBytes: 0 })).toBe(
      'Waits for mains power. 0 bytes read today.',
    );
    expect(scrubWords({ ...scrub, state: 'off', sentence: 'Off.' })).toBe('Off.');
  });
});

describe('small words', () => {
  it('say when a proof is due', () => {
    expect(dueWords('2026-01-10T12:00:00.000Z', NOW)).toBe('due now');
    expect(dueWords('2026-01-11T11:00:00.000Z', NOW)).toBe('due in 1 day');
    expect(dueWords('2026-02-09T12:00:00.000Z', NOW)).toBe('due in 30 days');
  });

  it('answer a check', () => {
    expect([0, 1, 3].map(queuedWords)).toEqual([
      'No model is here to be checked',
      'Checking 1 model',
      'Checking 3 models',
    ]);
  });
});

describe('models with their health, worst first', () => {
  const verdicts = ['healthy', 'damaged', 'suspect', 'incomplete'] as const;
  const anyHealth = fc
    .record({
      modelId: fc.constantFrom('hf:a/1', 'hf:a/2', 'hf:a/3', 'hf:a/4', 'hf:a/5'),
      verdict: fc.constantFrom(...verdicts),
    })
    .map(({ modelId, verdict }) => aHealth({ modelId, verdict, name: modelId }));

  it('stay so, and each is there once, whatever changes', () => {
    fc.assert(
      fc.property(fc.array(anyHealth), fc.array(fc.boolean()), (changes, removals) => {
        let models = worstFirst([]);
        const known = new Map<string, ModelHealth>();
        for (const [index, health] of changes.entries()) {
          const isRemoval = removals[index] ?? false;
          const after = isRemoval ? null : health;
          models = withHealth(models, new Map([[health.modelId, after]]));
          if (isRemoval) known.delete(health.modelId);
          else known.set(health.modelId, health);
        }
        expect(models).toEqual(worstFirst([...known.values()]));
      }),
    );
  });
});
