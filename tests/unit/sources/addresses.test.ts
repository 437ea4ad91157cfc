import { describe, expect, it } from 'vitest';
import {
  infoUrl,
  nextCursor,
  nextPageUrl,
  pageUrl,
  resolveUrl,
  searchUrl,
  treeUrl,
} from '../../../src-main/sources/hf/addresses.ts';
import { linkExpiry } from '../../../src-main/sources/link-expiry.ts';

const hub = 'https://hub.example';

describe('addresses of the hub', () => {
  it('encodes every part of a path by itself', () => {
    expect(infoUrl(hub, 'org/name')).toBe(`${hub}/api/models/org/name`);
    expect(infoUrl(hub, 'org/name', 'refs/pr/1')).toBe(
      `${hub}/api/models/org/name/revision/refs%2Fpr%2F1`,
    );
    expect(treeUrl(hub, 'org/name', 'main')).toBe(
      `${hub}/api/models/org/name/tree/main?recursive=true&expand=false`,
    );
    expect(resolveUrl(hub, { repository: 'org/name', revision: 'c', path: 'a b/ü?#%.gguf' })).toBe(
      `${hub}/org/name/resolve/c/a%20b/%C3%BC%3F%23%25.gguf`,
    );
    expect(pageUrl(hub, 'org/name')).toBe(`${hub}/org/name`);
    expect(pageUrl(hub, 'org/name', 'a/b')).toBe(`${hub}/org/name/tree/a%2Fb`);
  });

  it('keeps the path of a mirror that has one', () => {
    expect(infoUrl('https://corp.example/hf/', 'org/name')).toBe(
      'https://corp.example/hf/api/models/org/name',
    );
  });

  it('searches by downloads, and without words by demand', () => {
    const found = new URL(
      searchUrl(hub, { text: ' aster 7b ', task: 'text-generation', limit: 5, cursor: 'c=' }),
    );
    expect(found.searchParams.get('search')).toBe('aster 7b');
    expect(found.searchParams.get('sort')).toBe('downloads');
    expect(found.searchParams.get('pipeline_tag')).toBe('text-generation');
    expect(found.searchParams.get('cursor')).toBe('c=');
    const all = new URL(searchUrl(hub, { text: ' ', limit: 5 }));
    expect(all.searchParams.has('search')).toBe(false);
    expect(all.searchParams.get('sort')).toBe('trendingScore');
  });
});

describe('nextPageUrl', () => {
  it.each([
    [`<${hub}/api/models?cursor=abc>; rel="next"`, `${hub}/api/models?cursor=abc`],
    ['</api/models?cursor=abc>; rel=next', `${hub}/api/models?cursor=abc`],
    [`<${hub}/api/a>; rel="prev", <${hub}/api/b?x=1,2>; rel="next"`, `${hub}/api/b?x=1,2`],
    [
      '<https://elsewhere.example/api/models?cursor=abc>; rel="next"',
      `${hub}/api/models?cursor=abc`,
    ],
    ['<https://elsewhere.example/other>; rel="next"', undefined],
    [`<${hub}/api/a>; rel="next-archive"`, undefined],
    [`<${hub}/api/a>; rel="prev"`, undefined],
    ['nonsense', undefined],
    [undefined, undefined],
  ])('of %s is %s', (link, expected) => {
    expect(nextPageUrl(link, hub)).toBe(expected);
  });

  it('stays below the path of a mirror', () => {
    expect(nextPageUrl(`<${hub}/api/models?cursor=a>; rel="next"`, 'https://corp.example/hf')).toBe(
      'https://corp.example/hf/api/models?cursor=a',
    );
  });

  it('holds the cursor', () => {
    expect(nextCursor(`<${hub}/api/models?limit=3&cursor=a%3D%3D>; rel="next"`, hub)).toBe('a==');
    expect(nextCursor(`<${hub}/api/models?limit=3>; rel="next"`, hub)).toBeUndefined();
  });
});

describe('linkExpiry', () => {
  it.each([
    ['https://c/x?Expires=1736154000&Signature=s', 1_736_154_000_000],
    ['https://c/x?X-Amz-Date=20250106T090000Z&X-Amz-Expires=3600', Date.UTC(2025, 0, 6, 10)],
    ['https://c/x?X-Goog-Date=20250106T090000Z&X-Goog-Expires=60', Date.UTC(2025, 0, 6, 9, 1)],
    ['https://c/x?x-amz-expires=3600', undefined],
    ['https://c/x?X-Amz-Date=20251399T990000Z&X-Amz-Expires=3600', undefined],
    ['https://c/x?Expires=never', undefined],
    ['https://c/x', undefined],
  ])('of %s is %s', (url, expected) => {
    expect(linkExpiry(url)).toBe(expected);
  });
});
