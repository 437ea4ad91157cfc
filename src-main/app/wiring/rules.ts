/**
 * The clean-up rules of a person: once a day, and when a library opens, what falls under one is told of. It goes to
 * the trash by itself only where the rule says so and rules may act.
 */
import type { OperationHandlers } from '../../../src-shared/contract/operations.ts';
import type { Proposal } from '../../../src-shared/domain/storage.ts';
import { AppError, toAppError } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import type { Clock, Log } from '../../engines/ports.ts';
import type { Alerts } from '../../stores/alerts.ts';
import type { AuditLog } from '../../stores/audit-log.ts';

interface RulesWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>;
  readonly audit: AuditLog;
  readonly settings: () => Settings['storage'];
  readonly handlers: Pick<OperationHandlers, 'cleanup.propose' | 'models.remove'>;
  /** Whether a library is open. */
  readonly isReady: () => boolean;
}

const DAY_MS = 86_400_000;
const CAUSE = 'clean-up rules';

export function followRules(wiring: RulesWiring) {
  const { clock, alerts, log, handlers, settings } = wiring;
  let cancel = () => {};
  let isOver = false;

  async function look(): Promise<void> {
    cancel();
    try {
      if (wiring.isReady() && settings().rules.length > 0) await apply();
      else alerts.settle(CAUSE);
    } catch (error) {
      log.warn('rules could not be followed', { code: toAppError(error).code });
    }
    if (!isOver) cancel = clock.after(DAY_MS, () => void look());
  }

  async function apply(): Promise<void> {
    const { items } = await handlers['cleanup.propose']({});
    const due = items.filter(({ rule }) => rule !== null);
    const mayGo = new Set(
      settings()
        .rules.filter(({ action }) => action === 'trash')
        .map(({ name }) => name),
    );
    const acts = settings().followRules === 'act';
    const [going, staying] = split(due, ({ rule }) => acts && mayGo.has(rule ?? ''));
    const gone: Proposal[] = [];
    for (const item of going) if (await remove(item)) gone.push(item);
    if (gone.length > 0)
      alerts.raise(new AppError('RULES_FOLLOWED', tally(gone)), { cause: CAUSE });
    else if (staying.length > 0) {
      alerts.raise(new AppError('RULES_DUE', tally(staying)), { cause: CAUSE });
    } else alerts.settle(CAUSE);
  }

  async function remove({ modelId, rule }: Proposal): Promise<boolean> {
    try {
      await handlers['models.remove']({ id: modelId, toTrash: true });
      wiring.audit.record('removed-by-rule', modelId, { rule });
      return true;
    } catch (error) {
      log.warn('model stays in spite of a rule', { modelId, code: toAppError(error).code });
      return false;
    }
  }

  return {
    look,
    close: () => {
      isOver = true;
      cancel();
    },
  };
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

const tally = (items: readonly Proposal[]) => ({
  count: items.length,
  freedBytes: items.reduce((sum, { freedBytes }) => sum + freedBytes, 0),
  rules: [...new Set(items.map(({ rule }) => rule ?? ''))].join(', '),
});
