import { createHmac } from 'node:crypto';

/** Signs addresses at the second origin, the way a CDN does: expiry and policy under one HMAC. */
export interface UrlSigner {
  /** @param object path at the second origin; @param disposition asked for in the answer */
  sign(object: string, disposition: string): string;
  /** Null when the address is good, otherwise why not. */
  reject(object: string, query: URLSearchParams): string | null;
  /** Every address issued so far for this object is refused from now on. */
  revoke(object: string): void;
}

interface UrlSignerOptions {
  readonly secret: string;
  readonly ttlMs: number;
  readonly now: () => number;
}

const SIGNED = ['response-content-disposition', 'Expires', 'Policy'] as const;

export function createUrlSigner(options: UrlSignerOptions): UrlSigner {
  const revokedUpTo = new Map<string, number>();
  let issued = options.now();
  const signatureOf = (object: string, query: URLSearchParams): string =>
    createHmac('sha256', options.secret)
      .update([object, ...SIGNED.map((name) => query.get(name) ?? '')].join('\n'))
      .digest('base64url');
  return {
    sign(object, disposition) {
      issued += 1;
      const expires = Math.ceil((options.now() + options.ttlMs) / 1000);
      const query = new URLSearchParams({
        'response-content-disposition': disposition,
        Expires: String(expires),
        Policy: encodePolicy({ object, expires, serial: issued }),
      });
      query.set('Signature', signatureOf(object, query));
      query.set('Key-Pair-Id', 'KLARDERDEMO');
      return `${object}?${query}`;
    },
    reject(object, query) {
      if (query.get('Signature') !== signatureOf(object, query)) return 'Access denied';
      if (Number(query.get('Expires')) * 1000 <= options.now()) return 'Request has expired';
      const serial = readSerial(query.get('Policy') ?? '');
      return serial <= (revokedUpTo.get(object) ?? 0) ? 'Request has expired' : null;
    },
    revoke: (object) => void revokedUpTo.set(object, issued),
  };
}

function encodePolicy(policy: { object: string; expires: number; serial: number }): string {
  return Buffer.from(JSON.stringify(policy)).toString('base64url');
}

/** Only called once the signature has shown that the policy is ours. */
function readSerial(policy: string): number {
  const parsed: unknown = JSON.parse(Buffer.from(policy, 'base64url').toString());
  return (parsed as { serial: number }).serial;
}
