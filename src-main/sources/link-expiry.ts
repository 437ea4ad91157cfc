/**
 * When a signed address stops working, in milliseconds since the epoch, as far as it says so itself:
 * `Expires` in seconds (CloudFront), or a date and a duration (`X-Amz-…`, `X-Goog-…`). Pure.
 */
export function linkExpiry(url: string): number | undefined {
  const query = new Map(
    [...new URL(url).searchParams].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const expires = toSeconds(query.get('expires'));
  if (expires !== undefined) return expires * 1000;
  for (const vendor of ['amz', 'goog']) {
    const signedAt = parseBasicDate(query.get(`x-${vendor}-date`));
    const seconds = toSeconds(query.get(`x-${vendor}-expires`));
    if (signedAt !== undefined && seconds !== undefined) return signedAt + seconds * 1000;
  }
  return undefined;
}

const toSeconds = (text: string | undefined) =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;

/** `20250106T090000Z`. */
function parseBasicDate(text: string | undefined): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}
