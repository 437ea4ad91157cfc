/** A fast server of one folder: nginx where there is one, as it takes little of the machine; else Node's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createPortProbe } from 'node:net';
import path from 'node:path';
import { hasProgram } from './programs.ts';

export interface StaticServer {
  readonly name: string;
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly perConnectionBytesPerSecond?: number;
  /** PEM of a key and its certificate. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** A line for each request: end in s since the epoch, duration in s, bytes of the body sent. */
  readonly logFile?: string;
}

/** Anything beyond plain files needs nginx. */
export async function serveFolder(
  folder: string,
  options: ServeOptions = {},
): Promise<StaticServer> {
  if (hasProgram('nginx')) return startNginx(folder, options);
  if (Object.keys(options).length > 0) throw new Error('this bench needs nginx');
  return startNode(folder);
}

async function startNginx(folder: string, options: ServeOptions): Promise<StaticServer> {
  const { perConnectionBytesPerSecond: rate = 0, tls, logFile } = options;
  const port = await freePort();
  const file = path.join(folder, '..', `nginx-${port}.conf`);
  // As root, nginx would read as another user, to whom the folder is closed.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const limit = rate > 0 ? `limit_rate ${rate};` : '';
  const log = logFile
    ? `log_format bench '$msec $request_time $body_bytes_sent'; access_log ${logFile} bench;`
    : 'access_log off;';
  if (tls) {
    await writeFile(`${file}.key`, tls.key);
    await writeFile(`${file}.pem`, tls.certificate);
  }
  const secure = tls ? `ssl_certificate ${file}.pem; ssl_certificate_key ${file}.key;` : '';
  await writeFile(
    file,
    `${user} daemon off; worker_processes 1; pid ${file}.pid; error_log ${file}.log;
events { worker_connections 512; }
http { ${log} sendfile on; keepalive_requests 100000; ${limit} ${secure}
  ssl_protocols TLSv1.3;
  client_body_temp_path ${file}.tmp; proxy_temp_path ${file}.tmp; fastcgi_temp_path ${file}.tmp;
  uwsgi_temp_path ${file}.tmp; scgi_temp_path ${file}.tmp;
  server { listen 127.0.0.1:${port}${tls ? ' ssl' : ''}; root ${folder}; } }`,
  );
  const child = spawn('nginx', ['-c', file, '-p', path.dirname(file)], { stdio: 'ignore' });
  await listening(port);
  return {
    name: 'nginx',
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function startNode(folder: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const file = path.join(folder, path.normalize(`/${request.url ?? ''}`));
    const { size } = statSync(file);
    const [, from = '0', to = String(size - 1)] =
      /bytes=(\d+)-(\d+)?/.exec(request.headers.range ?? '') ?? [];
    const length = Number(to) - Number(from) + 1;
    response.writeHead(request.headers.range ? 206 : 200, {
      'content-length': length,
      'content-range': `bytes ${from}-${to}/${size}`,
    });
    const options = { start: Number(from), end: Number(to), highWaterMark: 2 ** 20 };
    createReadStream(file, options).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { name: 'node', url: `http://127.0.0.1:${port}`, close };
}

async function freePort(): Promise<number> {
  const probe = createPortProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
