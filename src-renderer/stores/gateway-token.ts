import type { Stores } from './create-stores.ts';
import { run } from './run.ts';

/** The token of the local API; `null` when it is off, or cannot be had. */
export async function readToken(stores: Stores): Promise<string | null> {
  const answer = await run(stores, ['gateway.token', {}]);
  if (!answer.ok) return null;
  if (answer.value.token === null) stores.notices.getState().note('The local API is off');
  return answer.value.token;
}

/** Copies a text that the token is part of, without showing it. */
export async function copyToken(
  stores: Stores,
  textWith: (token: string) => string,
  note: string,
): Promise<void> {
  const token = await readToken(stores);
  if (token === null) return;
  await navigator.clipboard.writeText(textWith(token));
  stores.notices.getState().note(note);
}
