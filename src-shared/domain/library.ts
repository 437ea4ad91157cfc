/** The libraries: folders that hold models, on one drive or on several. */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

const bytes = z.number().int().nonnegative();

export const libraryInfoSchema = z.object({
  folder: z.string().meta({ description: 'Absolute path.' }),
  id: z
    .string()
    .nullable()
    .meta({ description: 'The same on whichever drive letter it turns up.' }),
  isMain: z.boolean().meta({ description: 'New models come here unless told otherwise.' }),
  state: z
    .enum(['open', 'offline', 'unusable'])
    .meta({ description: 'Offline: its drive is away. Unusable: the error says why.' }),
  error: errorReportSchema.nullable(),
  modelCount: z.number().int().nonnegative(),
  usedBytes: bytes.meta({ description: 'What its models and unfinished downloads take.' }),
  budgetBytes: bytes.nullable().meta({ description: 'What they may take; null is no budget.' }),
  freeBytes: bytes.nullable().meta({ description: 'Free on its disk; null while it is away.' }),
  movesTo: z
    .string()
    .nullable()
    .meta({ description: 'Folder of the library that takes over its models.' }),
});
export type LibraryInfo = z.infer<typeof libraryInfoSchema>;
