/** What can be done with a model as it stands. Pure. */
import type { Download } from './download.ts';
import type { Availability, ModelAction } from './model.ts';

const AT_REST: Readonly<Record<Availability, readonly ModelAction[]>> = {
  available: ['check', 'move', 'remove'],
  partial: ['download', 'remove'],
  missing: ['download', 'remove'],
  corrupted: ['repair', 'download', 'remove'],
  quarantined: ['release', 'remove'],
  // Nothing of it can be reached.
  offline: [],
};

/** The one that matters most comes first. */
export function actionsOf(
  availability: Availability,
  download: Download | undefined,
): ModelAction[] {
  if (!download || download.state.kind === 'done') return [...AT_REST[availability]];
  const { retry, pause, resume, cancel } = download.can;
  return [
    ...(retry ? (['retry'] as const) : []),
    ...(pause ? (['pause'] as const) : []),
    ...(resume ? (['resume'] as const) : []),
    ...(cancel ? (['cancel'] as const) : []),
    ...(availability === 'offline' ? [] : (['remove'] as const)),
  ];
}
