import type { ModelHealth } from '../../src-shared/domain/health.ts';
import type { Model } from '../../src-shared/domain/model.ts';

/** What the library knows of one model: what is filtered, sorted and shown. */
export interface LibraryRow {
  readonly model: Model;
  /** Absent for what was never installed, and until it is known. */
  readonly health: ModelHealth | undefined;
  /** `null` when no use is recorded, `undefined` until that is known. */
  readonly lastUsedAt: string | null | undefined;
}

interface Known {
  readonly health: readonly ModelHealth[];
  /** Time of the last use by model; `undefined` until it is known. */
  readonly lastUses: ReadonlyMap<string, string> | undefined;
}

export function rowsOf(
  models: readonly Model[],
  { health, lastUses }: Known,
): readonly LibraryRow[] {
  const byModel = new Map(health.map((one) => [one.modelId, one]));
  return models.map((model) => {
    const lastUsedAt = lastUses && (lastUses.get(model.id) ?? null);
    return rowOf({ model, health: byModel.get(model.id), lastUsedAt });
  });
}

const KNOWN_ROWS = new WeakMap<Model, LibraryRow>();

/** The same object as long as nothing changed. */
function rowOf(fresh: LibraryRow): LibraryRow {
  const known = KNOWN_ROWS.get(fresh.model);
  if (known && known.health === fresh.health && known.lastUsedAt === fresh.lastUsedAt) return known;
  KNOWN_ROWS.set(fresh.model, fresh);
  return fresh;
}

/** Bytes of all of them that are on disk. */
export const bytesOf = (rows: readonly LibraryRow[]) =>
  rows.reduce((sum, { model }) => sum + model.downloadedBytes, 0);
