/** Words about what runs models. Pure. */
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { RuntimeInfo } from '../../src-shared/domain/generation.ts';
import type { Tone } from './model-status.ts';
import { counted } from './words.ts';

type Loaded = RuntimeInfo['loaded'][number];

const STATES: Readonly<
  Record<RuntimeInfo['state'], { readonly words: string; readonly tone: Tone }>
> = {
  ready: { words: 'Ready', tone: 'ready' },
  unreachable: { words: 'Does not answer', tone: 'waiting' },
  failed: { words: 'Failed', tone: 'problem' },
};

export const runtimeState = ({ state }: RuntimeInfo) => STATES[state];

/** `http://127.0.0.1:1234 · 3 models · computes on …`. */
export function runtimeFacts({ url, kind, models, detail }: RuntimeInfo): string {
  const offers = kind === 'openai' ? `offers ${counted(models.length, 'model')}` : '';
  return [url ?? 'Part of Larder', offers, detail ?? ''].filter(Boolean).join(' · ');
}

/** `3.10 GB of memory · 8,192 tokens · answers 2 requests`. */
export function loadedFacts({ memoryBytes, contextTokens, busy }: Loaded): string {
  const facts: string[] = [];
  if (memoryBytes !== null) facts.push(`${formatBytes(memoryBytes)} of memory`);
  if (contextTokens !== null) facts.push(`holds ${counted(contextTokens, 'token')}`);
  facts.push(busy > 0 ? `answers ${counted(busy, 'request')}` : 'at rest');
  return facts.join(' · ');
}
