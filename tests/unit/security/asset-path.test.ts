import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetOf, contentSecurityPolicy } from '../../../src-main/app/asset-path.ts';
import { isOwnAddress } from '../../../src-main/app/own-address.ts';

describe('S7 the window’s own protocol', () => {
  it.each([
    ['app://larder/index.html', 'index.html'],
    ['app://larder/', 'index.html'],
    ['app://larder/assets/index-B1_x.js', 'assets/index-B1_x.js'],
  ])('serves %s', (address, path) => {
    expect(assetOf(address)?.path).toBe(path);
  });

  it.each([
    'app://larder/../main/main.js',
    'app://larder/..%2fmain/main.js',
    'app://larder/%2e%2e/%2e%2e/etc/passwd.html',
    'app://larder//etc/passwd.html',
    'app://larder/C:/x.html',
    'app://larder/%5c%5chost%5cx.html',
    'app://larder/index.html%00.js',
    'app://larder/index.html%',
    'app://larder/.hidden.js',
    'app://larder/main.map',
    'app://other/index.html',
    'file:///etc/passwd.html',
    'not an address',
  ])('refuses %s', (address) => {
    const asset = assetOf(address);
    expect(asset === null || !/\.\.|^\/|:|\\|\0/.test(asset.path)).toBe(true);
  });

  it('never names a path that could leave the folder', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string(), (path, rest) => {
        const asset = assetOf(`app://larder${path}${rest}`);
        if (asset) expect(asset.path).toMatch(/^[\w-]+([./][\w-]+)*$/);
      }),
    );
  });
});

describe('S7 the content security policy', () => {
  it('lets nothing in that is not ours, and no code from strings', () => {
    const policy = contentSecurityPolicy('n0nce');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("'nonce-n0nce'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});

describe('S7 what the window may load from', () => {
  it('is itself, and in development the one server', () => {
    expect(isOwnAddress('app://larder/index.html', undefined)).toBe(true);
    expect(isOwnAddress('https://huggingface.co/x.png', undefined)).toBe(false);
    expect(isOwnAddress('http://localhost:5173/main.tsx', undefined)).toBe(false);
    expect(isOwnAddress('http://localhost:5173/main.tsx', 'http://localhost:5173')).toBe(true);
    expect(isOwnAddress('http://localhost:9999/x', 'http://localhost:5173')).toBe(false);
    expect(isOwnAddress('file:///etc/passwd', 'http://localhost:5173')).toBe(false);
  });
});
