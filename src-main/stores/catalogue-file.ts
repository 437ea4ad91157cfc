/**
 * What is known of models in general: the file that comes with Larder, and over it `catalogue.json` in the user-data
 * folder, which a person writes by hand. That one is only read; when it cannot be, an alert says why, and the
 * built-in one holds.
 */
import { readFile } from 'node:fs/promises';
import builtIn from '../../assets/catalogue/models.json';
import { type CatalogueData, catalogueSchema } from '../../src-shared/domain/catalogue.ts';
import { AppError } from '../../src-shared/errors.ts';
import { type Catalogue, createCatalogue, mergeCatalogues } from '../engines/fallback/catalogue.ts';
import type { Alerts } from './alerts.ts';
import { errorCodeOf } from './atomic-file.ts';
import { describeProblem } from './describe-problem.ts';

const CAUSE = 'catalogue.json';
/** As an editor of some systems puts it before the text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

export const builtInCatalogue = (): CatalogueData => catalogueSchema.parse(builtIn);

export async function openCatalogue(
  path: string,
  alerts: Pick<Alerts, 'raise' | 'settle'>,
): Promise<Catalogue> {
  const own = await readOwn(path).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    alerts.raise(error, { cause: CAUSE });
    return undefined;
  });
  if (own !== undefined) alerts.settle(CAUSE);
  const all = builtInCatalogue();
  return createCatalogue(own ? mergeCatalogues(all, own) : all);
}

/** @returns `null` when there is none @throws AppError `CATALOGUE_INVALID` */
async function readOwn(path: string): Promise<CatalogueData | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw new AppError('CATALOGUE_INVALID', { problem: 'it cannot be read' }, { cause: error });
  }
  const parsed = catalogueSchema.safeParse(parseJson(text.replace(BYTE_ORDER_MARK, '')));
  if (parsed.success) return parsed.data;
  throw new AppError('CATALOGUE_INVALID', { problem: describeProblem(parsed.error) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('CATALOGUE_INVALID', { problem: 'it is not JSON' }, { cause: error });
  }
}
