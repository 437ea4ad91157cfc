/** Finds the text in a whole answer, as the gateway gives it. Pure. */
import { z } from 'zod';

const wholeAnswerSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish() }).optional(),
        text: z.string().optional(),
      }),
    )
    .min(1),
});

/** @returns `null` where there is no text, e.g. because it is not kept any more */
export function textOfAnswer(answer: unknown): string | null {
  const parsed = wholeAnswerSchema.safeParse(answer);
  const [first] = parsed.success ? parsed.data.choices : [];
  return first?.message?.content ?? first?.text ?? null;
}
