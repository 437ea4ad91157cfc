/**
 * What is known of models in general, as data: families, sizes, quantisations, licences, each with the page it was
 * taken from. The built-in file is `assets/catalogue/models.json`; a person's own lies in the user-data folder.
 * @see docs/fallback.md
 */
import { z } from 'zod';
import { generationTaskSchema } from './fallback.ts';

const count = z.number().int().positive();
const source = z.url().meta({ description: 'Page the facts were taken from.' });
const names = z.array(z.string().trim().min(1).max(100)).min(1).max(50);
const language = z.string().regex(/^[a-z]{2,3}$/);

const imageLimitSchema = z.strictObject({
  maxPixels: count.meta({ description: 'Width times height it was made for.' }),
});
const videoLimitSchema = imageLimitSchema.extend({ maxFrames: count });

/** What may differ between the sizes of a family; what is left out is as in the family. */
const ofOneSize = {
  inputs: z.array(z.enum(['text', 'image', 'audio'])).min(1),
  languages: z.array(language).min(1).meta({
    description: 'ISO 639 codes; `mul` stands for many more than are listed.',
  }),
  tools: z.boolean(),
  json: z.boolean(),
  contextTokens: count,
  license: z.string().min(1),
  image: imageLimitSchema,
  video: videoLimitSchema,
};

const modelSizeSchema = z
  .strictObject({
    names: names.meta({ description: 'What stands in names for this size, such as 7b.' }),
    parameters: count,
    activeParameters: count.optional().meta({
      description: 'Of a mixture of experts: those that compute one token.',
    }),
    memoryBytes: count.optional().meta({ description: 'As its makers tell.' }),
    relativeSpeed: z.number().positive().optional().meta({
      description: 'As its makers tell, beside the others of its family.',
    }),
    ref: z.string().min(1).optional().meta({
      description: 'A good download of it, for set-up guides.',
    }),
    sizeBytes: count.optional().meta({
      description: 'Of that download, where it does not follow from the quantisation.',
    }),
  })
  .extend(z.strictObject(ofOneSize).partial().shape);
export type ModelSize = z.infer<typeof modelSizeSchema>;

const familySchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    name: z.string().min(1),
    names: names.meta({
      description: 'What stands in names of its models, in lower case; a hyphen may be missing.',
    }),
    architectures: names.optional().meta({
      description: 'As the header tells, where only this family has it.',
    }),
    lineage: z.string().min(1).meta({ description: 'Families of one lineage are related.' }),
    base: z.string().optional().meta({ description: 'The family it was trained from.' }),
    near: z.record(z.string(), z.number().min(0).max(1)).optional().meta({
      description: 'How near other families are, where lineage and base do not tell it.',
    }),
    tasks: z.array(generationTaskSchema).min(1),
    specialties: z.array(z.enum(['code', 'reasoning'])).optional(),
    released: z.string().regex(/^\d{4}-\d{2}$/),
    models: z.array(modelSizeSchema).min(1),
    source,
  })
  .extend(z.strictObject(ofOneSize).partial().shape)
  .required({ inputs: true, license: true });
export type Family = z.infer<typeof familySchema>;

const quantizationSchema = z.strictObject({
  names,
  quality: z.number().min(0).max(1).meta({ description: '1 is as good as 16 bits.' }),
  bitsPerWeight: z.number().positive(),
  from: z.string().min(1).meta({ description: 'How the quality was come by.' }),
  source,
});
export type Quantization = z.infer<typeof quantizationSchema>;

const licenseSchema = z.strictObject({
  names,
  freedom: z.enum(['open', 'conditional', 'non-commercial']),
  source,
});
export type LicenseFacts = z.infer<typeof licenseSchema>;
export type Freedom = LicenseFacts['freedom'];

export const catalogueSchema = z.strictObject({
  version: z.literal(1),
  families: z.array(familySchema).max(1_000).default([]),
  quantizations: z.array(quantizationSchema).max(500).default([]),
  licenses: z.array(licenseSchema).max(500).default([]),
});
export type CatalogueData = z.infer<typeof catalogueSchema>;
