/** Rules of a person about what may go: by age, size and tag. */
import { z } from 'zod';

export const cleanupRuleSchema = z
  .object({
    name: z.string().trim().min(1).max(80),
    unusedDays: z.int().min(1).max(3_650).optional().meta({
      description: 'Not used for so many days; a model that never was, not come since.',
    }),
    largerThanBytes: z.int().min(1).optional(),
    tag: z.string().trim().min(1).max(40).optional().meta({ description: 'A tag, or a task.' }),
    action: z
      .enum(['propose', 'trash'])
      .meta({ description: 'Whether it may be carried out where rules may act by themselves.' }),
  })
  .refine(({ unusedDays, largerThanBytes, tag }) => unusedDays ?? largerThanBytes ?? tag, {
    message: 'needs an age, a size or a tag',
  });
export type CleanupRule = z.infer<typeof cleanupRuleSchema>;

export interface RuleFacts {
  readonly keep: boolean;
  readonly sizeBytes: number;
  readonly task: string | undefined;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch: used last, or come. */
  readonly touchedAt: number;
}

const DAY_MS = 86_400_000;

/** The first rule that a model falls under; what is kept falls under none. Pure. */
export function ruleFor(
  facts: RuleFacts,
  rules: readonly CleanupRule[],
  now: number,
): CleanupRule | null {
  if (facts.keep) return null;
  const tags = new Set([...facts.tags, facts.task ?? ''].map((tag) => tag.toLowerCase()));
  const found = rules.find(
    ({ unusedDays, largerThanBytes, tag }) =>
      (unusedDays === undefined || now - facts.touchedAt >= unusedDays * DAY_MS) &&
      (largerThanBytes === undefined || facts.sizeBytes > largerThanBytes) &&
      (tag === undefined || tags.has(tag.toLowerCase())),
  );
  return found ?? null;
}
