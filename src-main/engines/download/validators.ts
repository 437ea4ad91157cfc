/**
 * What a server calls the state of a file: its ETag, or the date of its last change. Where no digest is
 * published it is all that tells one version from the next. @see RFC 9110 §8.8
 */

type Headers = Readonly<Record<string, string | undefined>>;

const MAX_VALIDATOR_LENGTH = 500;

/**
 * The ETag, or the date of the last change once it can be relied on: a file that changed within the
 * second it was sent in may change again without a new date. @see RFC 9110 §8.8.2.2
 */
export function validatorOf({ etag, date, 'last-modified': changed }: Headers): string | undefined {
  const isOld = Date.parse(date ?? '') - Date.parse(changed ?? '') >= 1_000;
  const validator = isStrongTag(etag) ? etag : isOld ? changed : etag;
  return validator === undefined || validator.length > MAX_VALIDATOR_LENGTH ? undefined : validator;
}

/**
 * Whether an answer is of another version than `planned`. A weak tag that is the same does not prove the same
 * bytes, but one that is another proves a change; some servers make a strong tag weak on the way.
 */
export function isOtherVersion(
  planned: string | undefined,
  { etag, ...headers }: Headers,
): boolean {
  if (planned === undefined) return false;
  if (isDate(planned)) {
    const changed = headers['last-modified'];
    return changed !== undefined && changed !== planned;
  }
  return etag !== undefined && opaque(etag) !== opaque(planned);
}

/** Makes the server refuse (412) rather than send another file. */
export function conditionsOf(validator: string | undefined): Record<string, string> {
  if (validator === undefined) return {};
  if (isStrongTag(validator)) return { 'if-match': validator };
  return isDate(validator) ? { 'if-unmodified-since': validator } : {};
}

const isStrongTag = (tag: string | undefined) => tag !== undefined && /^"[^"]*"$/.test(tag);
const isDate = (text: string) => /^[A-Z][a-z]{2}, \d/.test(text);
/** Without what servers add to a tag when they make it weak or pack the body. */
const opaque = (tag: string) => tag.replace(/^W\//, '').replace(/[-;](gzip|br|zstd)"$/, '"');
