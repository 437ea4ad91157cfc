import { createHmac } from 'node:crypto';

/**
 * How an address says until when it holds: `policy` as CloudFront does (`Expires`, `Policy`,
 * `Signature`), `presigned` as S3 and R2 do (`X-Amz-…`).
 */
export type SignatureStyle = 'policy' | 'presigned';

/** Signs addresses at the second origin, the way a CDN does: expiry and serial under one HMAC. */
export interface UrlSigner {
  /**
   * @param object path at the second origin
   * @param disposition asked for in the answer
   * @param style default `policy`
   */
  sign(object: string, disposition: string, style?: SignatureStyle): string;
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

interface SignedTerms {
  readonly object: string;
  readonly disposition: string;
  /** Seconds since 1970. */
  readonly signedAt: number;
  readonly expires: number;
  /** Of this address among all issued. */
  readonly serial: number;
}

const SIGNED = [
  'response-content-disposition',
  'Expires',
  'Policy',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
] as const;

export function createUrlSigner(options: UrlSignerOptions): UrlSigner {
  const revokedUpTo = new Map<string, number>();
  let issued = options.now();
  const signatureOf = (object: string, query: URLSearchParams): string =>
    createHmac('sha256', options.secret)
      .update([object, ...SIGNED.map((name) => query.get(name) ?? '')].join('\n'))
      .digest(query.has('X-Amz-Date') ? 'hex' : 'base64url');
  return {
    sign(object, disposition, style = 'policy') {
      issued += 1;
      const signedAt = Math.floor(options.now() / 1000);
      const expires = Math.ceil((options.now() + options.ttlMs) / 1000);
      const terms = { object, disposition, signedAt, expires, serial: issued };
      const query = style === 'policy' ? policyQuery(terms) : presignedQuery(terms);
      const signature = signatureOf(object, query);
      query.set(style === 'policy' ? 'Signature' : 'X-Amz-Signature', signature);
      if (style === 'policy') query.set('Key-Pair-Id', 'KLARDERDEMO');
      return `${object}?${query}`;
    },
    reject(object, query) {
      const given = query.get('Signature') ?? query.get('X-Amz-Signature');
      if (given !== signatureOf(object, query)) return 'Access denied';
      const { expires, serial } = readTerms(query);
      if (expires * 1000 <= options.now()) return 'Request has expired';
      return serial <= (revokedUpTo.get(object) ?? 0) ? 'Request has expired' : null;
    },
    revoke: (object) => void revokedUpTo.set(object, issued),
  };
}

function policyQuery({ object, disposition, expires, serial }: SignedTerms): URLSearchParams {
  const policy = JSON.stringify({ object, expires, serial });
  return new URLSearchParams({
    'response-content-disposition': disposition,
    Expires: String(expires),
    Policy: Buffer.from(policy).toString('base64url'),
  });
}

function presignedQuery({ disposition, signedAt, expires, serial }: SignedTerms): URLSearchParams {
  const date = new Date(signedAt * 1000).toISOString().replace(/[-:]|\.000/g, '');
  return new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `KLARDER${serial}/${date.slice(0, 8)}/auto/s3/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(expires - signedAt),
    'X-Amz-SignedHeaders': 'host',
    ...(disposition === '' ? {} : { 'response-content-disposition': disposition }),
  });
}

/** Only called once the signature has shown that the address is ours. */
function readTerms(query: URLSearchParams): { expires: number; serial: number } {
  const date = query.get('X-Amz-Date');
  if (date === null) {
    const policy = Buffer.from(query.get('Policy') ?? '', 'base64url').toString();
    const { serial } = JSON.parse(policy) as { serial: number };
    return { expires: Number(query.get('Expires')), serial };
  }
  const iso = date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5');
  const [, serial] = /^KLARDER(\d+)/.exec(query.get('X-Amz-Credential') ?? '') ?? [];
  return {
    expires: Date.parse(iso) / 1000 + Number(query.get('X-Amz-Expires')),
    serial: Number(serial),
  };
}
