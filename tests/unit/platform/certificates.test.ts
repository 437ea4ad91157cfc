import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createTrust, parseCertificates } from '../../../src-main/platform/certificates.ts';
import { COMPANY_AUTHORITY, COMPANY_SERVER } from '../../integration/sources/company-server.ts';
import { temporaryFolder } from '../../support/folders.ts';

const trim = (texts: readonly string[]) => texts.map((text) => text.trim());
const bundled = trim(tls.rootCertificates);
const [authority, server] = trim([COMPANY_AUTHORITY, COMPANY_SERVER.cert]);
const none = () => [];

async function file(text: string): Promise<string> {
  const place = path.join(await temporaryFolder(), 'bundle.pem');
  await writeFile(place, text);
  return place;
}

describe('trustedCertificates', () => {
  it('are those Node brings where nothing else is known', async () => {
    const trust = createTrust({ environment: {}, platform: 'win32', systemCertificates: none });
    expect(await trust.trustedCertificates()).toEqual([...new Set(bundled)]);
  });

  it('hold the system’s as well, as Node tells them', async () => {
    const systemCertificates = () => [COMPANY_AUTHORITY, tls.rootCertificates[0] ?? ''];
    const trust = createTrust({ environment: {}, platform: 'darwin', systemCertificates });
    const trusted = await trust.trustedCertificates();
    expect(trusted).toContain(authority);
    expect(trusted).toHaveLength(new Set(bundled).size + 1);
  });

  it('hold those of SSL_CERT_FILE on Linux, and of NODE_EXTRA_CA_CERTS', async () => {
    const environment = {
      SSL_CERT_FILE: await file(`# ours\n${COMPANY_AUTHORITY}`),
      NODE_EXTRA_CA_CERTS: await file(COMPANY_SERVER.cert),
    };
    const on = (platform: NodeJS.Platform) =>
      createTrust({ environment, platform, systemCertificates: none }).trustedCertificates();
    expect(await on('linux')).toEqual(expect.arrayContaining([authority, server]));
    expect(await on('win32')).toContain(server);
    expect(await on('win32')).not.toContain(authority);
  });

  it('do without files that are not there', async () => {
    const environment = { SSL_CERT_FILE: '/nowhere/a.pem', NODE_EXTRA_CA_CERTS: '/nowhere/b.pem' };
    const trust = createTrust({ environment, platform: 'linux', systemCertificates: none });
    expect(await trust.trustedCertificates()).toEqual([...new Set(bundled)]);
  });

  it('are collected once', async () => {
    let asked = 0;
    const trust = createTrust({
      environment: {},
      platform: 'darwin',
      systemCertificates: () => {
        asked += 1;
        return [];
      },
    });
    expect(asked).toBe(0);
    expect(await trust.secureContext()).toBe(await trust.secureContext());
    await trust.trustedCertificates();
    expect(asked).toBe(1);
  });

  it('can be found out on this computer', async () => {
    const trusted = await createTrust({ environment: process.env }).trustedCertificates();
    expect(trusted).toEqual(expect.arrayContaining(bundled));
  });
});

describe('parseCertificates', () => {
  it('finds each, between comments and whatever the line ends are', () => {
    const text = `# one\r\n${COMPANY_AUTHORITY.replaceAll('\n', '\r\n')}two\n${COMPANY_SERVER.cert}`;
    expect(trim(parseCertificates(text))).toEqual([authority, server]);
  });

  it('passes over what is damaged', () => {
    const damaged = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    expect(trim(parseCertificates(damaged + COMPANY_AUTHORITY))).toEqual([authority]);
    expect(parseCertificates('')).toEqual([]);
  });
});
