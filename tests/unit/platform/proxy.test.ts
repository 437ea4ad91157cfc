import { describe, expect, it } from 'vitest';
import { createProxyAgents, proxyFor } from '../../../src-main/platform/proxy.ts';

const environment = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' };

describe('proxyFor', () => {
  it.each([
    ['https://hub.example/', 'http://secure:1'],
    ['http://hub.example/', 'http://plain:2'],
    ['https://localhost/', undefined],
    ['http://127.0.0.1:8080/', undefined],
    ['http://127.9.9.9/', undefined],
    ['http://[::1]/', undefined],
    ['http://127.evil.example/', 'http://plain:2'],
  ])('of %s is %s', (url, proxy) => {
    expect(proxyFor(url, environment)).toBe(proxy);
  });

  it.each([
    ['hub.example', true],
    ['.hub.example', true],
    ['*.hub.example', true],
    ['example', true],
    ['HUB.EXAMPLE', true],
    ['other, cdn.hub.example', true],
    ['*', true],
    ['cdn.hub.example:443', true],
    ['cdn.hub.example:8443', false],
    ['ub.example', false],
    ['other', false],
    ['', false],
    ['.', false],
  ])('with NO_PROXY=%j exempts cdn.hub.example: %s', (list, isExempt) => {
    const proxy = proxyFor('https://cdn.hub.example/x', { ...environment, NO_PROXY: list });
    expect(proxy === undefined).toBe(isExempt);
  });

  it('prefers lower case, ignores empty values, and adds a missing scheme', () => {
    const ask = (variables: Record<string, string>) => proxyFor('https://hub.example', variables);
    expect(ask({ HTTPS_PROXY: 'http://a', https_proxy: 'http://b' })).toBe('http://b');
    expect(ask({ HTTPS_PROXY: 'http://a', https_proxy: '' })).toBe('http://a');
    expect(ask({ HTTPS_PROXY: 'corp:3128' })).toBe('http://corp:3128');
    expect(ask({ HTTPS_PROXY: 'http://' })).toBeUndefined();
    expect(ask({})).toBeUndefined();
  });
});

describe('createProxyAgents', () => {
  it('shares the agents of one proxy', () => {
    const agentsFor = createProxyAgents(environment);
    expect(agentsFor('https://a.example')).toBe(agentsFor('https://b.example'));
    expect(agentsFor('https://a.example')).not.toBe(agentsFor('http://a.example'));
    expect(agentsFor('http://localhost')).toBeUndefined();
  });
});
