import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSmallArgument, MAX_ARGUMENT_BYTES } from '../../../src-main/transports/argument-size.ts';
import { isTrustedSender } from '../../../src-main/transports/trusted-sender.ts';

const ours = { url: 'app://larder/index.html', isMainFrame: true, isOurWindow: true };
const DEV_URL = 'http://localhost:5173/';

describe('a caller over IPC', () => {
  it('is trusted in the main frame of our window, at our address', () => {
    expect(isTrustedSender(ours, null)).toBe(true);
    expect(isTrustedSender({ ...ours, url: 'app://larder/#/models' }, null)).toBe(true);
  });

  it.each([
    { ...ours, isMainFrame: false },
    { ...ours, isOurWindow: false },
    { ...ours, url: null },
    { ...ours, url: '' },
    { ...ours, url: 'app://other/index.html' },
    { ...ours, url: 'app://larder.example/index.html' },
    { ...ours, url: 'app://larder:80/' },
    { ...ours, url: 'app://user@larder/' },
    { ...ours, url: 'app:larder' },
    { ...ours, url: 'https://larder/' },
    { ...ours, url: 'file:///app/larder/index.html' },
    { ...ours, url: 'about:blank' },
    { ...ours, url: 'data:text/html,app://larder' },
    { ...ours, url: DEV_URL },
  ])('is refused: %j', (sender) => {
    expect(isTrustedSender(sender, null)).toBe(false);
  });

  it('may come from the development server, where there is one', () => {
    expect(isTrustedSender({ ...ours, url: `${DEV_URL}models` }, DEV_URL)).toBe(true);
    expect(isTrustedSender({ ...ours, url: 'http://localhost:5174/' }, DEV_URL)).toBe(false);
    expect(isTrustedSender({ ...ours, url: 'about:blank' }, 'about:blank')).toBe(false);
  });

  it('is never trusted at any other address', () => {
    fc.assert(
      fc.property(fc.webUrl(), (url) => {
        expect(isTrustedSender({ ...ours, url }, null)).toBe(false);
      }),
    );
  });
});

describe('an argument over IPC', () => {
  it('may be plain data up to a limit', () => {
    expect(isSmallArgument(undefined)).toBe(true);
    expect(isSmallArgument({ id: 'x'.repeat(1000) })).toBe(true);
    expect(isSmallArgument('x'.repeat(MAX_ARGUMENT_BYTES - 2))).toBe(true);
    expect(isSmallArgument('x'.repeat(MAX_ARGUMENT_BYTES - 1))).toBe(false);
    expect(isSmallArgument('ä'.repeat(MAX_ARGUMENT_BYTES / 2))).toBe(false);
  });

  it('is refused when it cannot be written as JSON', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(isSmallArgument(circle)).toBe(false);
    expect(isSmallArgument({ big: 1n })).toBe(false);
    expect(isSmallArgument(() => undefined)).toBe(false);
  });
});
