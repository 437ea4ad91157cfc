/** Models that other programs keep on this computer, and files that lie here more than once. */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';
import { originSchema, sourceFileSchema } from './model.ts';

export const appSchema = z.enum([
  'huggingface',
  'ollama',
  'lm-studio',
  'comfyui',
  'jan',
  'gpt4all',
  'folder',
]);
export type App = z.infer<typeof appSchema>;

export const APP_NAMES: Readonly<Record<App, string>> = {
  huggingface: 'Hugging Face cache',
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  comfyui: 'ComfyUI',
  jan: 'Jan',
  gpt4all: 'GPT4All',
  folder: 'Folder',
};

const bytes = z.number().int().nonnegative();

export const foundFileSchema = sourceFileSchema.extend({
  place: z.string().meta({ description: 'Absolute path of the file itself, links followed.' }),
  fileId: z.string().meta({
    description:
      'Device, inode, size and time of change: the same content as long as it is the same.',
  }),
  isMeasured: z.boolean().optional().meta({
    description: 'The digest was measured here, not taken from the name the program gave the file.',
  }),
});
export type FoundFile = z.infer<typeof foundFileSchema>;

export const foundModelSchema = z.object({
  id: z.string().meta({ description: 'Stays the same from scan to scan.' }),
  app: appSchema,
  folder: z.string().meta({ description: 'The folder of the program it lies in.' }),
  name: z.string(),
  format: z.string(),
  files: z.array(foundFileSchema),
  sizeBytes: bytes,
  lacks: z.array(z.string()).meta({ description: 'Files it should have and has not.' }),
  origin: originSchema.optional().meta({ description: 'Where it came from, when that is known.' }),
  sameAs: z.array(z.string()).meta({
    description: 'Models of the library that have the same weights, by digest.',
  }),
});
export type FoundModel = z.infer<typeof foundModelSchema>;

export const foundPlaceSchema = z.object({
  app: appSchema,
  folder: z.string(),
  isChosen: z.boolean().meta({ description: 'Added by a person, not found by its usual place.' }),
  models: z.number().int().nonnegative(),
  sizeBytes: bytes.meta({ description: 'Bytes on the disk, each file counted once.' }),
  error: errorReportSchema.optional(),
});
export type FoundPlace = z.infer<typeof foundPlaceSchema>;

export const scanSchema = z.object({
  state: z.enum(['idle', 'scanning', 'identifying']),
  filesSeen: z.number().int().nonnegative(),
  bytesIdentified: bytes,
  bytesToIdentify: bytes,
  isWaiting: z.boolean().meta({
    description:
      'Waits until nobody needs the disk: large files are read while the computer is idle.',
  }),
  endedAt: z.iso.datetime().nullable(),
});
export type Scan = z.infer<typeof scanSchema>;

/** The same bytes in several files of their own. */
export const duplicateSchema = z.object({
  sha256: z.string(),
  sizeBytes: bytes,
  places: z.array(z.string()),
  wastedBytes: bytes.meta({ description: 'What one copy alone would save.' }),
});
export type Duplicate = z.infer<typeof duplicateSchema>;

export const inventorySchema = z.object({
  scan: scanSchema,
  places: z.array(foundPlaceSchema),
  items: z.array(foundModelSchema),
  duplicates: z.array(duplicateSchema),
});
export type Inventory = z.infer<typeof inventorySchema>;
