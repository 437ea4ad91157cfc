import { describe, expect, it } from 'vitest';
import { createProxyFor, parseProxyList, proxyFor } from '../../../src-main/platform/proxy.ts';

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

describe('a proxy of the environment', () => {
  it.each([
    ['http://ada:p%40ss@corp:3128', 'http://ada:p%40ss@corp:3128'],
    ['http://ada:100%@corp:3128', 'http://ada:100%25@corp:3128'],
    ['https://corp', 'https://corp'],
    ['socks5://corp:1080', undefined],
  ])('named %s is %s', (named, expected) => {
    expect(proxyFor('https://hub.example', { HTTPS_PROXY: named })).toBe(expected);
  });
});

describe('parseProxyList', () => {
  it.each([
    ['DIRECT', undefined],
    ['', undefined],
    ['PROXY corp:3128', 'http://corp:3128'],
    ['proxy corp:3128; DIRECT', 'http://corp:3128'],
    ['HTTP corp:3128', 'http://corp:3128'],
    ['HTTPS corp:443', 'https://corp:443'],
    ['PROXY [2001:db8::1]:3128', 'http://[2001:db8::1]:3128'],
    ['SOCKS5 h:1080; PROXY corp:3128; DIRECT', 'http://corp:3128'],
    ['SOCKS h:1080;DIRECT;PROXY late:1', undefined],
    ['PROXY ; PROXY not a host; QUIC q:1 ;HTTPS corp:443', 'http://not'],
    ['PROXY ;; PROXY corp:99999; HTTPS corp:443', 'https://corp:443'],
    ['constructor x:1; toString y:2', undefined],
  ])('of %j is %s', (list, expected) => {
    expect(parseProxyList(list)).toBe(expected);
  });
});

describe('createProxyFor', () => {
  /** @returns the proxy, and what the system was asked */
  async function ask(url: string, variables: Record<string, string>, answer = 'PROXY system:3') {
    const asked: string[] = [];
    const resolveSystemProxy = async (address: string) => {
      asked.push(address);
      return answer;
    };
    const proxy = await createProxyFor({ environment: variables, resolveSystemProxy })(url);
    return { proxy, asked };
  }

  it('prefers the environment to the system', async () => {
    const answer = await ask('https://hub.example/x', environment);
    expect(answer).toEqual({ proxy: 'http://secure:1', asked: [] });
  });

  it('asks the system where the environment says nothing of this kind of address', async () => {
    const answer = await ask('https://hub.example/x', { HTTP_PROXY: 'http://plain:2' });
    expect(answer).toEqual({ proxy: 'http://system:3', asked: ['https://hub.example/x'] });
    expect((await ask('https://hub.example/', {}, 'DIRECT')).proxy).toBeUndefined();
  });

  it('goes directly where NO_PROXY says so, and to this computer', async () => {
    const exempted = await ask('https://hub.example/', { NO_PROXY: 'hub.example' });
    expect(exempted).toEqual({ proxy: undefined, asked: [] });
    for (const url of ['http://127.0.0.1:80/', 'https://localhost/', 'http://[::1]/']) {
      expect(await ask(url, environment)).toEqual({ proxy: undefined, asked: [] });
    }
  });

  it('goes directly when the system cannot say, or cannot be asked', async () => {
    const resolveSystemProxy = () => Promise.reject(new Error('the script failed'));
    const proxyOf = createProxyFor({ environment: {}, resolveSystemProxy });
    expect(await proxyOf('https://hub.example/')).toBeUndefined();
    expect(await createProxyFor({ environment: {} })('https://hub.example/')).toBeUndefined();
  });
});
