/** Addresses that let whoever reads them in. Such an address is never written down. Pure. */

/**
 * Names of query parameters that hold a token, a key or a signature: those of AWS, Google, Azure and
 * CloudFront links, and what sites call their own.
 */
const SECRET_NAMES = [
  /^x-(amz|goog|oss|ms)-/,
  /^(.*[-_.])?(sig|signature|secret|password|passwd|pwd|credentials?|jwt|auth|authorization)$/,
  /token$/,
  /^(.*[-_.])?(api|access|private)[-_]?key([-_]?id)?$/,
  /^(awsaccesskeyid|googleaccessid|ossaccesskeyid|key-pair-id|client_secret)$/,
];

/** @returns what the secret is called, or `null` when the address holds none */
export function secretIn(url: URL): string | null {
  if (url.username !== '' || url.password !== '') return 'user name';
  const names = [...url.searchParams].map(([name]) => name);
  return names.find((name) => SECRET_NAMES.some((known) => known.test(name.toLowerCase()))) ?? null;
}

/** The text as it may be shown and logged: addresses without user name and query. */
export function withoutSecrets(text: string): string {
  if (!/https?:\/\//i.test(text)) return text;
  return text.replace(/(https?:\/\/)[^/?#\s]*@/gi, '$1').replace(/[?#][\s\S]*$/, '');
}
