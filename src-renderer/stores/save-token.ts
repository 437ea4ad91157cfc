import type { ErrorReport } from '../../src-shared/errors.ts';
import type { Stores } from './create-stores.ts';

/** Stores the hub's token. @returns why not, or `null` */
export async function saveToken(
  stores: Stores,
  token: string,
  allowPlainText: boolean,
): Promise<ErrorReport | null> {
  const answer = await stores.call('settings.setToken', { source: 'hf', token, allowPlainText });
  if (!answer.ok) return answer.error;
  stores.notices.getState().note('Access token saved');
  await stores.system.getState().load();
  return null;
}
