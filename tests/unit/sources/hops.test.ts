import { describe, expect, it } from 'vitest';
import { refuseUnsafeHop } from '../../../src-main/platform/redirects.ts';
import { nameInDisposition, nameInPath } from '../../../src-main/sources/disposition.ts';
import { sizeIn } from '../../../src-main/sources/hops.ts';

describe('a redirect', () => {
  it.each([
    ['http://a.example/', 'https://b.example/'],
    ['http://a.example/', 'http://b.example/'],
    ['https://a.example/', 'https://192.168.0.7/'],
    ['http://127.0.0.1:1/', 'http://localhost:2/'],
    ['http://169.254.1.1/', 'http://169.254.1.1/x'],
  ])('from %s to %s is followed', (from, to) => {
    expect(() => refuseUnsafeHop(from, to)).not.toThrow();
  });

  it.each([
    ['https://a.example/', 'http://a.example/'],
    ['http://a.example/', 'http://127.0.0.1/'],
    ['http://a.example/', 'http://127.9.9.9/'],
    ['http://a.example/', 'http://2130706433/'],
    ['http://a.example/', 'http://localhost/'],
    ['http://a.example/', 'http://x.localhost./'],
    ['http://a.example/', 'http://0.0.0.0/'],
    ['http://a.example/', 'http://[::1]/'],
    ['http://a.example/', 'http://[::]/'],
    ['http://a.example/', 'http://[::ffff:127.0.0.1]/'],
    ['http://a.example/', 'http://[::ffff:169.254.169.254]/'],
    ['http://a.example/', 'http://[fe80::1]/'],
    ['http://127.0.0.1/', 'http://169.254.169.254/'],
    ['http://a.example/', 'file:///etc/passwd'],
    ['http://a.example/', 'javascript:1'],
  ])('from %s to %s is refused', (from, to) => {
    expect(() => refuseUnsafeHop(from, to)).toThrow(
      expect.objectContaining({ code: 'REDIRECT_REFUSED' }),
    );
  });
});

describe('the size of a file', () => {
  const answer = (status: number, headers: Record<string, string>) => ({
    url: 'https://a.example/',
    status,
    headers,
    body: '',
  });

  it.each([
    [206, { 'content-range': 'bytes 0-0/5000', 'content-length': '1' }, 5000],
    [200, { 'content-range': 'bytes 0-0/5000', 'content-length': '1' }, 5000],
    [416, { 'content-range': 'bytes */0' }, 0],
    [200, { 'content-length': '5000' }, 5000],
    [206, { 'content-length': '1' }, undefined],
    [206, { 'content-range': 'bytes 0-0/*' }, undefined],
    [206, { 'content-range': 'bytes 0-0/9999999999999999' }, undefined],
    [200, { 'content-length': '70', 'content-encoding': 'gzip' }, undefined],
    [200, {}, undefined],
  ])('of %d %o is %s', (status, headers, size) => {
    expect(sizeIn(answer(status, headers as Record<string, string>))).toBe(size);
  });
});

describe('the name of a file', () => {
  it.each([
    ['attachment; filename="a b.gguf"', 'a b.gguf'],
    ['attachment; filename=a.gguf', 'a.gguf'],
    ['attachment;FileName=a.gguf;x=1', 'a.gguf'],
    [`attachment; filename="x"; filename*=UTF-8''%e2%82%ac.gguf`, '€.gguf'],
    [`attachment; filename*=utf-8'en'a%20b.gguf; filename="x"`, 'a b.gguf'],
    [`attachment; filename*=UTF-8''%E0%A4%A; filename="x.gguf"`, 'x.gguf'],
    [`attachment; filename*=KOI8-R''%C1; filename="x.gguf"`, 'x.gguf'],
    [`attachment; filename*=UTF-8''..%2F..%2Fup.gguf`, 'up.gguf'],
    ['attachment; filename="C:\\\\dir\\\\a.gguf"', 'a.gguf'],
    ['attachment; filename="say \\"hi\\".gguf"', 'say "hi".gguf'],
    ['attachment; filename=".."', undefined],
    ['attachment; filename=""', undefined],
    ['attachment', undefined],
    [undefined, undefined],
  ])('in %s is %s', (header, name) => {
    expect(nameInDisposition(header)).toBe(name);
  });

  it.each([
    ['/a/b.gguf', 'b.gguf'],
    ['/a%2F..%2Fb.gguf', 'b.gguf'],
    ['/a/', undefined],
    ['/..', undefined],
    ['/%E0%A4%A.gguf', '%E0%A4%A.gguf'],
  ])('in the path %s is %s', (path, name) => {
    expect(nameInPath(path)).toBe(name);
  });
});
