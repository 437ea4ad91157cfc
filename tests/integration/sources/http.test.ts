import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createAgents } from '../../../src-main/platform/agents.ts';
import { createTrust } from '../../../src-main/platform/certificates.ts';
import { createHttpClient, readJson } from '../../../src-main/platform/http.ts';
import { createProxyFor } from '../../../src-main/platform/proxy.ts';
import { listen, serve } from '../../support/small-server.ts';
import { COMPANY_AUTHORITY, COMPANY_SERVER } from './company-server.ts';
import { SELF_SIGNED } from './self-signed.ts';

const client = createHttpClient({ userAgent: 'larder/test', retryDelayMs: () => 0 });

describe('one exchange', () => {
  it('gives status, headers and text, and names itself', async () => {
    const url = await serve((request, response) => {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound', 'set-cookie': ['a=1', 'b=2'] });
      response.end(`hello ${request.headers['user-agent']}`);
    });
    const answer = await client.send({ url });
    expect(answer).toMatchObject({ url, status: 404, body: 'hello larder/test' });
    expect(answer.headers).toMatchObject({
      'x-error-code': 'EntryNotFound',
      'set-cookie': 'a=1, b=2',
    });
  });

  it('unpacks a compressed answer, unless identity is asked for', async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      asked.push(request.headers['accept-encoding']);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    });
    expect((await client.send({ url })).body).toBe('packed');
    await client.send({ url, headers: { 'accept-encoding': 'identity' } });
    expect(asked).toEqual([expect.stringContaining('gzip'), 'identity']);
  });

  it('does not follow a redirect, but says where it leads', async () => {
    const url = await serve((_, response) =>
      response.writeHead(307, { location: '/there?x=1' }).end(),
    );
    expect(await client.send({ url })).toMatchObject({ status: 307, location: `${url}/there?x=1` });
  });

  it('asks with HEAD and gets no body', async () => {
    const url = await serve((request, response) => {
      response
        .writeHead(200, { 'content-length': 10 ** 12, 'x-method': request.method ?? '' })
        .end();
    });
    const answer = await client.send({ url, method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'x-method': 'HEAD' } });
  });

  it('closes the connection after the headers when only they matter', async () => {
    let whenClosed: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      whenClosed = resolve;
    });
    const url = await serve((_, response) => {
      response.once('close', whenClosed);
      response.writeHead(200, { 'content-length': 10 ** 12 }).write('endless');
    });
    expect(await client.send({ url, headersOnly: true })).toMatchObject({ status: 200, body: '' });
    await closed;
  });

  it('refuses an answer of more than 32 MB, also when it was packed', async () => {
    const bomb = gzipSync(new Uint8Array(33 * 1024 * 1024));
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    await expect(client.send({ url })).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
  });
});

describe('what goes wrong', () => {
  it('is offline where nobody listens', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    await expect(client.send({ url: `http://127.0.0.1:${port}/x?token=s` })).rejects.toMatchObject({
      code: 'NETWORK_OFFLINE',
      params: { host: `127.0.0.1:${port}` },
    });
  });

  it('is offline when the connection is cut before or within the answer', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/before') request.socket.destroy();
      else {
        response
          .writeHead(200, { 'content-length': 100 })
          .write('half', () => request.socket.destroy());
      }
    });
    for (const path of ['/before', '/within']) {
      await expect(client.send({ url: url + path })).rejects.toMatchObject({
        code: 'NETWORK_OFFLINE',
      });
    }
  });

  it('is not trusted with a certificate nobody signed', async () => {
    const port = await listen(createTlsServer(SELF_SIGNED, (_, response) => response.end()));
    await expect(client.send({ url: `https://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'TLS_UNTRUSTED',
      params: { host: `127.0.0.1:${port}`, reason: 'it is self-signed' },
    });
  });

  it('is not understood when it is not HTTP', async () => {
    const server = createTcpServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'));
    const port = await listen(server);
    await expect(client.send({ url: `http://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'ANSWER_UNREADABLE',
    });
  });

  it.each([
    [429, { 'retry-after': '7' }, { code: 'RATE_LIMITED', retryAfterMs: 7000 }],
    [503, {}, { code: 'SERVER_FAILED' }],
    [511, {}, { code: 'NETWORK_SIGN_IN' }],
  ])('is a coded error for %d', async (status, headers, expected) => {
    const url = await serve((_, response) => response.writeHead(status, headers).end());
    await expect(client.send({ url })).rejects.toMatchObject(expected);
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    const url = await serve(() => controller.abort(reason));
    await expect(client.send({ url, signal: controller.signal, retries: 2 })).rejects.toBe(reason);
    await expect(client.send({ url, signal: controller.signal })).rejects.toBe(reason);
  });

  it('says nothing of token or query', async () => {
    const url = await serve((request) => request.socket.destroy());
    const headers = { authorization: 'Bearer hf_sEcReT' };
    const error = await client
      .send({ url: `${url}/x?Signature=sIgN`, headers })
      .catch((e: Error) => e);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/sEcReT|sIgN/);
  });
});

describe('further attempts', () => {
  /** Answers with each status in turn; 0 cuts the connection. */
  async function serveInTurn(...statuses: number[]) {
    let asked = 0;
    const url = await serve((request, response) => {
      const status = statuses[asked] ?? 200;
      asked += 1;
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, status === 504 ? { 'retry-after': '60' } : {}).end('fine');
    });
    return { url, asked: () => asked };
  }

  it('are none unless asked for', async () => {
    const server = await serveInTurn(503);
    await expect(client.send({ url: server.url })).rejects.toMatchObject({ code: 'SERVER_FAILED' });
    expect(server.asked()).toBe(1);
  });

  it('are made after a 5xx and after a lost connection', async () => {
    const server = await serveInTurn(503, 0);
    expect(await client.send({ url: server.url, retries: 2 })).toMatchObject({ body: 'fine' });
    expect(server.asked()).toBe(3);
  });

  it('end with the last failure', async () => {
    const server = await serveInTurn(500, 502, 503);
    await expect(client.send({ url: server.url, retries: 2 })).rejects.toMatchObject({
      params: { status: 503 },
    });
    expect(server.asked()).toBe(3);
  });

  it.each([429, 401, 404, 511])('are not made after %d', async (status) => {
    const server = await serveInTurn(status);
    await client.send({ url: server.url, retries: 2 }).catch(() => undefined);
    expect(server.asked()).toBe(1);
  });

  it('are not made when the server wants a minute', async () => {
    const server = await serveInTurn(504);
    await expect(client.send({ url: server.url, retries: 2 })).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
    expect(server.asked()).toBe(1);
  });
});

describe('following redirects', () => {
  it('goes on within the origin and keeps the way', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/a')
        response.writeHead(307, { location: '/b', 'x-repo-commit': 'c' }).end();
      else response.end(`at ${request.url} with ${request.headers.authorization}`);
    });
    const answer = await client.follow({ url: `${url}/a`, headers: { authorization: 'T' } });
    expect(answer).toMatchObject({ url: `${url}/b`, status: 200, body: 'at /b with T' });
    expect(answer.way.map(({ headers }) => headers['x-repo-commit'])).toEqual(['c']);
  });

  it('stops where it would leave the origin', async () => {
    const elsewhere = await serve(() => expect.unreachable());
    const url = await serve((_, response) =>
      response.writeHead(302, { location: `${elsewhere}/x` }).end(),
    );
    expect(await client.follow({ url })).toMatchObject({ status: 302, location: `${elsewhere}/x` });
  });

  it('gives up after five', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: `/${asked}` }).end();
    });
    await expect(client.follow({ url })).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
    expect(asked).toBe(6);
  });
});

describe('readJson', () => {
  const schema = z.object({ id: z.string() });
  const answer = (body: string, type = 'application/json') => ({
    url: 'https://hub.example/api',
    status: 200,
    headers: { 'content-type': type },
    body,
  });

  it('reads what fits the schema', () => {
    expect(readJson(answer('{"id":"a","more":1}'), schema)).toEqual({ id: 'a' });
  });

  it.each([
    ['NETWORK_SIGN_IN', answer('<html>', 'text/html; charset=utf-8')],
    ['NETWORK_SIGN_IN', answer('{"id":"a"}', 'TEXT/HTML')],
    ['ANSWER_UNREADABLE', answer('<html>', 'text/plain')],
    ['ANSWER_UNREADABLE', answer('{"id":')],
    ['ANSWER_UNREADABLE', answer('{"id":1}')],
    ['ANSWER_UNREADABLE', answer('')],
  ])('is %s for %j', (code, unreadable) => {
    expect(() => readJson(unreadable, schema)).toThrow(
      expect.objectContaining({ code, params: { host: 'hub.example' } }),
    );
  });
});

/** A client behind a proxy that the environment names, which trusts the company as well if asked to. */
function proxied(environment: Record<string, string>, isTrusting = false) {
  const systemCertificates = () => (isTrusting ? [COMPANY_AUTHORITY] : []);
  const { secureContext } = createTrust({ environment: {}, platform: 'win32', systemCertificates });
  const agentsFor = createAgents({ proxyFor: createProxyFor({ environment }), secureContext });
  return createHttpClient({ userAgent: 'larder/test', agentsFor });
}

/** A company's server, which answers with what it was asked. @returns its port */
const companyServer = () =>
  listen(createTlsServer(COMPANY_SERVER, (request, response) => response.end(request.url)));

/** A proxy that leads every tunnel to `port`, once the sign-in is right. */
async function tunnelTo(port: number, signIn?: string) {
  const seen: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    const given = request.headers['proxy-authorization'];
    seen.push(`${request.url} ${given ?? ''}`.trim());
    if (signIn !== undefined && given !== `Basic ${Buffer.from(signIn).toString('base64')}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(through).pipe(socket);
    });
    for (const end of [socket, through]) end.on('error', () => through.destroy());
    socket.on('close', () => through.destroy());
    // A tunnel is kept for further requests, and the server would wait for it.
    onTestFinished(() => void socket.destroy());
  });
  return { host: `127.0.0.1:${await listen(server)}`, seen };
}

describe('a proxy', () => {
  it('is asked for a foreign host, and not for this computer', async () => {
    const seen: string[] = [];
    const proxy = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end('by proxy');
    });
    const direct = await serve((_, response) => response.end('direct'));
    const behind = proxied({ http_proxy: proxy });
    expect((await behind.send({ url: 'http://hub.invalid/api?x=1' })).body).toBe('by proxy');
    expect((await behind.send({ url: direct })).body).toBe('direct');
    expect(seen).toEqual(['GET http://hub.invalid/api?x=1']);
  });

  it('is given the name and password in its address, and they go nowhere else', async () => {
    const given: unknown[] = [];
    const { host } = new URL(
      await serve((request, response) => {
        given.push(request.headers['proxy-authorization'], request.headers.authorization);
        response.end();
      }),
    );
    await proxied({ http_proxy: `http://ada:p%40ss@${host}` }).send({ url: 'http://hub.invalid/' });
    expect(given).toEqual([`Basic ${Buffer.from('ada:p@ss').toString('base64')}`, undefined]);
  });

  it('tunnels https, with sign-in, to a server of the company', async () => {
    const proxy = await tunnelTo(await companyServer(), 'ada:100%');
    const behind = proxied({ HTTPS_PROXY: `http://ada:100%@${proxy.host}` }, true);
    expect(await behind.send({ url: 'https://hub.invalid/api' })).toMatchObject({ body: '/api' });
    expect(proxy.seen).toEqual(['hub.invalid:443 Basic YWRhOjEwMCU=']);
  });

  it.each(['http', 'https'])('that wants a sign-in for %s is a coded error', async (scheme) => {
    const refusing = await serve((_, response) => response.writeHead(407).end());
    const tunnel = await tunnelTo(1, 'ada:secret');
    const behind = proxied({ http_proxy: refusing, https_proxy: `http://${tunnel.host}` });
    await expect(
      behind.send({ url: `${scheme}://hub.invalid/api`, retries: 2 }),
    ).rejects.toMatchObject({ code: 'PROXY_SIGN_IN', params: { host: 'hub.invalid' } });
    expect(tunnel.seen).toEqual(scheme === 'https' ? ['hub.invalid:443'] : []);
  });
});

describe('trust', () => {
  it('reaches a server whose issuer the system knows', async () => {
    const url = `https://127.0.0.1:${await companyServer()}/x`;
    expect(await proxied({}, true).send({ url })).toMatchObject({ status: 200, body: '/x' });
  });

  it('names the issuer it does not know, directly and through a proxy', async () => {
    const port = await companyServer();
    const reason = 'its issuer, “Example Company Authority”, is not known to this system';
    const refused = { code: 'TLS_UNTRUSTED', params: { reason } };
    const direct = proxied({}).send({ url: `https://127.0.0.1:${port}` });
    await expect(direct).rejects.toMatchObject(refused);
    const proxy = await tunnelTo(port);
    const behind = proxied({ HTTPS_PROXY: `http://${proxy.host}` });
    await expect(behind.send({ url: 'https://hub.invalid' })).rejects.toMatchObject(refused);
  });

  it('does not extend to other hosts of a known issuer', async () => {
    const proxy = await tunnelTo(await companyServer());
    const behind = proxied({ HTTPS_PROXY: `http://${proxy.host}` }, true);
    await expect(behind.send({ url: 'https://other.invalid' })).rejects.toMatchObject({
      code: 'TLS_UNTRUSTED',
      params: { reason: 'it belongs to another host' },
    });
  });
});
