import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { AuditLog } from '../stores/audit-log.ts';

export function createAuditOperations(audit: AuditLog) {
  return {
    'audit.log': async ({ limit }) => {
      const verdict = await audit.verify();
      const items = await audit.list(limit);
      return {
        intact: verdict.intact,
        problem: verdict.intact ? null : `Line ${verdict.line}: ${verdict.problem}.`,
        items: items.map(({ seq, at, act, subject, facts }) => ({ seq, at, act, subject, facts })),
      };
    },
  } satisfies Partial<OperationHandlers>;
}

type Told = readonly [act: string, subject: string, facts?: Readonly<Record<string, unknown>>];

/** What of a call is written down once it was carried out; what health does is written down there. */
const ACTS: { readonly [N in keyof OperationHandlers]?: (input: never) => Told } = {
  'models.remove': ({ id, toTrash }: { id: string; toTrash: boolean }) => [
    'delete',
    id,
    { toTrash },
  ],
  'import.adopt': ({ ids }: { ids: readonly string[] }) => ['adopt', ids.join(' ')],
  'import.undo': ({ modelId }: { modelId: string }) => ['adoption-undone', modelId],
  'analytics.erase': () => ['usage-erased', 'all'],
  'settings.patch': (patch: Readonly<Record<string, object>>) => ['settings', keysOf(patch), patch],
  'settings.setToken': ({ source, token }: { source: string; token: string | null }) => [
    token === null ? 'token-forgotten' : 'token-stored',
    source,
  ],
};

const keysOf = (patch: Readonly<Record<string, object>>) =>
  Object.entries(patch)
    .flatMap(([group, fields]) => Object.keys(fields ?? {}).map((name) => `${group}.${name}`))
    .join(', ');

/** The same handlers; acts that destroy something or bear on security are written down. */
export function audited<H extends Partial<OperationHandlers>>(handlers: H, audit: AuditLog): H {
  const wrapped = Object.entries(handlers).map(([name, handle]) => {
    const tell = ACTS[name as keyof OperationHandlers];
    if (!tell) return [name, handle];
    const call = async (input: never) => {
      const output = await (handle as (input: never) => Promise<unknown>)(input);
      audit.record(...tell(input));
      return output;
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as H;
}
