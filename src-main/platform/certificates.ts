/**
 * Whom TLS trusts: the issuers Node brings and those of the system, so that a company's own authority is
 * trusted where the person's browser trusts it. This only ever adds issuers; no check is left out.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';

/** Bundles of Debian, Fedora, openSUSE, Alpine; the first that is there. */
const LINUX_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

export interface Trust {
  /** PEM, one certificate each, without duplicates. */
  trustedCertificates(): Promise<readonly string[]>;
  /** The same, digested: that takes tens of milliseconds, too long for each connection. */
  secureContext(): Promise<tls.SecureContext>;
}

export interface TrustOptions {
  /** `SSL_CERT_FILE` (Linux) and `NODE_EXTRA_CA_CERTS` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: this computer's. */
  readonly platform?: NodeJS.Platform;
  /** PEM of the system's issuers; `[]` where Node cannot tell. Default: asks Node. */
  readonly systemCertificates?: () => readonly string[];
}

/** Both are found out on first use and kept for as long as the program runs. */
export function createTrust(options: TrustOptions): Trust {
  let certificates: Promise<readonly string[]> | undefined;
  let context: Promise<tls.SecureContext> | undefined;
  const trustedCertificates = () => (certificates ??= collect(options));
  return {
    trustedCertificates,
    secureContext: () =>
      (context ??= trustedCertificates().then((ca) => tls.createSecureContext({ ca: [...ca] }))),
  };
}

async function collect(options: TrustOptions): Promise<readonly string[]> {
  const { environment, platform = process.platform, systemCertificates = askNode } = options;
  const known = systemCertificates();
  const isUnknown = known.length === 0 && platform === 'linux';
  const system = isUnknown ? await readBundle(environment.SSL_CERT_FILE) : known;
  const extra = await readCertificates(environment.NODE_EXTRA_CA_CERTS);
  return [...new Set([...tls.rootCertificates, ...system, ...extra].map((pem) => pem.trim()))];
}

/** Missing from Nodes older than 22.15, on which Larder still runs. */
interface SystemTls {
  readonly rootCertificates: readonly string[];
  readonly getCACertificates?: (type: 'system') => readonly string[];
}

function askNode(): readonly string[] {
  const node: SystemTls = tls;
  return node.getCACertificates?.('system') ?? [];
}

async function readBundle(named: string | undefined): Promise<readonly string[]> {
  for (const file of named ? [named] : LINUX_BUNDLES) {
    const certificates = await readCertificates(file);
    if (certificates.length > 0) return certificates;
  }
  return [];
}

/** A file that is not there adds nobody, as with Node's own variable. */
async function readCertificates(file: string | undefined): Promise<readonly string[]> {
  if (!file) return [];
  return parseCertificates(await readFile(file, 'latin1').catch(() => ''));
}

/** The certificates of a PEM file, between whatever else it says; one that is damaged would undo them all. */
export function parseCertificates(text: string): readonly string[] {
  const block = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;
  return (text.match(block) ?? []).map((pem) => pem.replaceAll('\r', '')).filter(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
