/** Whether the parts of a model are meant for each other, by the rules for models that are known. Pure. */
import { baseName, isWeight } from '../../src-shared/domain/variants/classify.ts';
import { CONFIG_RULES, type ConfigRule, FIT_RULES, type FitRule } from './bundle-rules.ts';
import {
  type BundleInput,
  type BundlePart,
  type BundleProblem,
  type BundleRole,
  missing,
} from './bundle-types.ts';
import { printable } from './form-problem.ts';
import { parseConfigFacts } from './model-index.ts';

export function findUnfit(input: BundleInput, parts: readonly BundlePart[]): BundleProblem[] {
  const names = weightNames(parts);
  const rules = FIT_RULES.filter(({ pattern }) => names.some(({ plain }) => pattern.test(plain)));
  return [
    ...rules.flatMap((rule) => checkRule(rule, names)),
    ...(rules.length === 0 ? findLoneHalf(parts) : []),
    ...CONFIG_RULES.flatMap((rule) => checkConfigs(rule, input)),
  ];
}

interface WeightName {
  readonly path: string;
  /** Small letters and digits alone. */
  readonly plain: string;
}

/** Adapters are named after the model they are for, without being one. */
function weightNames(parts: readonly BundlePart[]): WeightName[] {
  return parts
    .filter(({ path, role }) => isWeight(path) && role !== 'adapter')
    .map(({ path }) => ({
      path,
      plain: baseName(path)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, ''),
    }));
}

function checkRule({ model, needs }: FitRule, names: readonly WeightName[]): BundleProblem[] {
  return needs.flatMap(({ words, pattern, example, wrong }) => {
    if (names.some(({ plain }) => pattern.test(plain))) return [];
    const instead = names.find(({ plain }) => wrong?.pattern.test(plain));
    if (!wrong || !instead) {
      return [missing(`${words} is missing, which ${model} needs; such as ${example}.`, example)];
    }
    const { path } = instead;
    const sentence = `${model} needs ${lowerFirst(words)}; ${printable(path)} is ${wrong.words}, which does not fit.`;
    return [{ kind: 'unfit', severity: 'error', sentence, paths: [path] }];
  });
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

const HALVES: readonly (readonly [BundleRole, BundleRole, string])[] = [
  ['high-noise-transformer', 'low-noise-transformer', 'low'],
  ['low-noise-transformer', 'high-noise-transformer', 'high'],
];

/** Of a model no rule is for, one of the two transformers without the other. */
function findLoneHalf(parts: readonly BundlePart[]): BundleProblem[] {
  const roles = new Set(parts.map(({ role }) => role));
  return HALVES.filter(([there, other]) => roles.has(there) && !roles.has(other)).map(
    ([, , noise]) => missing(`The transformer for the ${noise} noise is missing.`),
  );
}

function checkConfigs(rule: ConfigRule, { descriptions }: BundleInput): BundleProblem[] {
  const configs = [...(descriptions ?? [])]
    .filter(([path]) => baseName(path) === 'config.json')
    .map(([path, bytes]) => ({ path, facts: parseConfigFacts(bytes) }));
  const of = ({ className }: { readonly className: string }) =>
    configs.filter(({ facts }) => facts.get('_class_name') === className);
  const [vae] = of(rule.vae);
  const there = vae?.facts.get(rule.vae.fact);
  if (!vae || typeof there !== 'number') return [];
  return of(rule.transformer).flatMap(({ path, facts }) => {
    const needed = facts.get(rule.transformer.fact);
    if (typeof needed !== 'number' || needed === there) return [];
    const words = (channels: number) => rule.names.get(channels) ?? `${channels} channels`;
    const sentence = `${printable(path)} needs a VAE of ${words(needed)}; the one in ${printable(vae.path)} is of ${words(there)}.`;
    return [{ kind: 'unfit', severity: 'error', sentence, paths: [path, vae.path] }];
  });
}
