/** Serves the built window as `app://larder/…`: our files only, GET only, with a strict policy. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { APP_SCHEME, assetOf, contentSecurityPolicy } from './asset-path.ts';

/** Stands in the built page where the nonce of this load goes. */
const NONCE_PLACE = '__CSP_NONCE__';

/** Has to be called before the application is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** @param root folder of the built window */
export function serveWindow(root: string): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const asset = request.method === 'GET' ? assetOf(request.url) : null;
    if (!asset) return new Response('Not found', { status: 404 });
    const body = await readFile(path.join(root, asset.path)).catch(() => null);
    if (!body) return new Response('Not found', { status: 404 });
    const nonce = randomBytes(16).toString('base64url');
    const isPage = asset.contentType.startsWith('text/html');
    const content = isPage ? body.toString('utf8').replaceAll(NONCE_PLACE, nonce) : body;
    return new Response(content, {
      headers: {
        'content-type': asset.contentType,
        'content-security-policy': contentSecurityPolicy(nonce),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  });
}
