/** How far the model is that was asked for, and did not answer. Pure. */
import type { Download } from '../../src-shared/domain/download.ts';
import type { Model } from '../../src-shared/domain/model.ts';
import { statusOf } from './model-status.ts';

export type RealOne =
  | { readonly kind: 'absent' }
  | { readonly kind: 'coming'; readonly words: string }
  | { readonly kind: 'here' };

/** Nothing comes unless somebody asks for it. */
const AT_REST = new Set<Download['state']['kind']>(['done', 'failed', 'paused']);

export function realOneOf(
  model: Model | undefined,
  download: Download | undefined,
  now: number,
): RealOne {
  if (model?.availability === 'available') return { kind: 'here' };
  const isComing = download && !AT_REST.has(download.state.kind);
  if (!model || !isComing) return { kind: 'absent' };
  return { kind: 'coming', words: `${statusOf(model, download, now).words}.` };
}
