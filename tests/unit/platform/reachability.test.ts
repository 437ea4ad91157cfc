import { describe, expect, it } from 'vitest';
import { hasNetwork, isLocalEndpoint } from '../../../src-main/platform/reachability.ts';

const at = (address: string, internal = false) => ({
  eth0: [{ address, internal, netmask: '', mac: '', cidr: null, family: 'IPv4' as const }],
});

describe('hasNetwork', () => {
  it.each([
    ['192.168.1.7', true],
    ['2001:db8::7', true],
    ['fd00::7', true],
    ['169.254.3.4', false],
    ['fe80::1', false],
  ])('with %s is %s', (address, expected) => {
    expect(hasNetwork(at(address))).toBe(expected);
  });

  it('is false with loopback only, or nothing', () => {
    expect(hasNetwork(at('127.0.0.1', true))).toBe(false);
    expect(hasNetwork({})).toBe(false);
    expect(hasNetwork({ eth0: undefined })).toBe(false);
  });

  it('can be asked of this computer', () => {
    expect(typeof hasNetwork()).toBe('boolean');
  });
});

describe('isLocalEndpoint', () => {
  it.each([
    ['http://127.0.0.1:8181', true],
    ['http://localhost/hub', true],
    ['http://[::1]:80', true],
    ['https://huggingface.co', false],
    ['http://127.evil.example', false],
    ['nonsense', false],
  ])('of %s is %s', (endpoint, expected) => {
    expect(isLocalEndpoint(endpoint)).toBe(expected);
  });
});
