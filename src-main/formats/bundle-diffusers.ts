/** Whether every component of a diffusers pipeline is there, in forms that go together. Pure. */
import { baseName, folderOf } from '../../src-shared/domain/variants/classify.ts';
import { findTensorSets, type TensorSet } from '../../src-shared/domain/variants/tensors.ts';
import { type BundleFile, type BundleInput, type BundleProblem, missing } from './bundle-types.ts';
import { printable } from './form-problem.ts';
import { type ModelIndex, type PipelineComponent, parseModelIndex } from './model-index.ts';

const INDEX = 'model_index.json';

export function findPipelineProblems({ files, descriptions }: BundleInput): BundleProblem[] {
  if (!files.some(({ path }) => path === INDEX)) return findMissingIndex(files);
  const bytes = descriptions?.get(INDEX);
  if (!bytes) return [];
  const reading = parseModelIndex(bytes);
  if (!reading.index) {
    const sentence = `${INDEX} cannot be used. ${reading.finding.sentence}`;
    return [{ kind: 'damaged', severity: 'error', sentence, paths: [INDEX] }];
  }
  return [
    ...reading.index.components.flatMap((component) => checkComponent(component, files)),
    ...findMixture(reading.index, files),
  ];
}

const PIPELINE_FOLDERS = ['transformer', 'unet', 'vae', 'text_encoder', 'scheduler'];

/** Folders of a pipeline without the list of them. */
function findMissingIndex(files: readonly BundleFile[]): BundleProblem[] {
  const hasConfig = (folder: string) =>
    files.some(({ path }) => folderOf(path) === folder && path.endsWith('config.json'));
  if (PIPELINE_FOLDERS.filter(hasConfig).length < 3) return [];
  return [missing(`${INDEX} is missing, which tells how the parts go together.`, INDEX)];
}

interface Need {
  /** One of these is enough. */
  readonly names: readonly string[];
  readonly hasWeights: boolean;
}

/** What a component needs in its folder, by the end of the name of its class. */
const NEEDS: readonly (readonly [RegExp, Need])[] = [
  [/Scheduler$/, { names: ['scheduler_config.json'], hasWeights: false }],
  [
    /Tokenizer(Fast)?$/,
    {
      names: ['tokenizer_config.json', 'tokenizer.json', 'spiece.model', 'vocab.json'],
      hasWeights: false,
    },
  ],
  [
    /(FeatureExtractor|ImageProcessor|Processor)$/,
    { names: ['preprocessor_config.json', 'processor_config.json'], hasWeights: false },
  ],
  [/^OnnxRuntimeModel$/, { names: ['model.onnx'], hasWeights: false }],
];
const MODEL: Need = { names: ['config.json'], hasWeights: true };

function checkComponent(
  { name, className }: PipelineComponent,
  files: readonly BundleFile[],
): BundleProblem[] {
  const inside = files.filter(({ path }) => folderOf(path) === name);
  const words = wordsFor(name, className);
  if (inside.length === 0)
    return [missing(`${words} is missing: the folder ${printable(name)}/.`, `${name}/`)];
  const { names, hasWeights } = NEEDS.find(([pattern]) => pattern.test(className))?.[1] ?? MODEL;
  const problems: BundleProblem[] = [];
  if (!inside.some(({ path }) => names.includes(baseName(path)))) {
    const path = `${name}/${names[0]}`;
    problems.push(missing(`${words} lacks its description: ${printable(path)}.`, path));
  }
  if (hasWeights && setsIn(name, files).length === 0) {
    problems.push(
      missing(`${words} lacks its weights: there are none in ${printable(name)}/.`, `${name}/`),
    );
  }
  return problems;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['transformer', 'The transformer'],
  ['transformer_2', 'The transformer for low noise'],
  ['unet', 'The denoising network'],
  ['vae', 'The VAE'],
  ['text_encoder', 'The text encoder'],
  ['text_encoder_2', 'The second text encoder'],
  ['text_encoder_3', 'The third text encoder'],
  ['tokenizer', 'The tokenizer'],
  ['scheduler', 'The scheduler'],
]);

const wordsFor = (name: string, className: string) =>
  `${WORDS.get(name) ?? `The component ${printable(name)}`} (${printable(className)})`;

function setsIn(folder: string, files: readonly BundleFile[]): TensorSet[] {
  const inside = files.filter(({ path }) => folderOf(path) === folder);
  return [...findTensorSets(inside, 'safetensors'), ...findTensorSets(inside, 'pickle')];
}

/**
 * Components of which there is only a variant such as `fp16`, beside others of another variant or of none. With
 * plain ones it still works for those who ask for the variant.
 */
function findMixture({ components }: ModelIndex, files: readonly BundleFile[]): BundleProblem[] {
  const forms = components.flatMap(({ name }) => {
    const precisions = new Set(setsIn(name, files).map(({ precision }) => precision));
    const [only] = precisions;
    return precisions.size === 1 && only !== undefined ? [{ name, precision: only }] : [];
  });
  const precisions = [...new Set(forms.map(({ precision }) => precision))].toSorted();
  const variants = precisions.filter((precision) => precision !== '');
  if (precisions.length < 2) return [];
  const told = forms.map(({ name, precision }) => `${name} ${precision || 'plain'}`).join(', ');
  return [
    {
      kind: 'mixed',
      severity: variants.length > 1 ? 'error' : 'note',
      sentence: `The weights of the components are of different variants: ${printable(told)}.`,
      paths: forms.map(({ name }) => `${name}/`),
    },
  ];
}
