/**
 * What a diffusers pipeline consists of, from its `model_index.json`; and single facts of the `config.json` of its
 * components.
 */
import { problemOf } from './form-problem.ts';
import type { FormFinding } from './format.ts';
import { JsonReader } from './json-reader.ts';

export interface PipelineComponent {
  /** Its folder. */
  readonly name: string;
  readonly className: string;
}

export interface ModelIndex {
  readonly pipeline: string;
  /** Those that are left out on purpose are not in it. */
  readonly components: readonly PipelineComponent[];
}

export type ModelIndexReading =
  | { readonly index: ModelIndex }
  | { readonly index: null; readonly finding: FormFinding };

const MAX_COMPONENTS = 100;
/** Names of folders, and nothing that leads out of here. */
const COMPONENT_NAME = /^[A-Za-z]\w*$/;

export function parseModelIndex(bytes: Uint8Array): ModelIndexReading {
  const components: PipelineComponent[] = [];
  let pipeline = '';
  const problem = problemOf(() => {
    const json = new JsonReader(bytes, 'The list of components');
    json.object((name) => {
      if (name === '_class_name' && json.kind() === 'string') pipeline = json.string();
      else if (COMPONENT_NAME.test(name) && json.kind() === 'array') {
        const className = readClass(json);
        if (className && components.length < MAX_COMPONENTS) components.push({ name, className });
      } else json.skip();
    });
    json.end();
  });
  return problem ? { index: null, finding: problem.finding } : { index: { pipeline, components } };
}

/** `["diffusers", "AutoencoderKL"]`, or `[null, null]` for what is left out. */
function readClass(json: JsonReader): string | undefined {
  const names: string[] = [];
  json.array(() => {
    if (json.kind() === 'string' && names.length < 2) names.push(json.string());
    else json.skip();
  });
  return names[1];
}

/** The texts and numbers at the top of a `config.json`; nothing of what cannot be read. */
export function parseConfigFacts(bytes: Uint8Array): ReadonlyMap<string, string | number> {
  const facts = new Map<string, string | number>();
  problemOf(() => {
    const json = new JsonReader(bytes, 'The configuration');
    json.object((key) => {
      if (json.kind() === 'string') facts.set(key, json.string());
      else if (json.kind() === 'other') facts.set(key, json.number());
      else json.skip();
    });
  });
  return facts;
}
