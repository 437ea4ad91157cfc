/** A small file: whole in one exchange, digested in memory, written in one go. */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { readAnswer, refuseImpostor } from '../../engines/download/answer.ts';
import type { Digests, SmallTransferRequest } from '../../engines/ports.ts';
import { parseRetryAfter } from '../../platform/http-errors.ts';
import type { Running } from './exchange.ts';
import type { ResponseHead } from './http-head.ts';
import { isOtherLength } from './span-transfer.ts';
import { send, type TransferTools } from './tools.ts';

const MAX_REDIRECTS = 5;

interface SmallReport {
  fetched(digests: Digests): void;
  failed(error: Error): void;
}

class Redirect extends Error {
  readonly target: URL;
  constructor(target: URL) {
    super('redirected');
    this.target = target;
  }
}

/** Follows redirects as long as they stay at one origin, so that no header gets elsewhere. */
export function fetchSmall(
  tools: TransferTools,
  request: SmallTransferRequest,
  report: SmallReport,
): { stop(): void } {
  let running: Running | undefined;

  function ask(url: URL, hops: number) {
    const body = Buffer.allocUnsafe(request.sizeBytes);
    let length = 0;
    let redirect: URL | null = null;
    /** The answer is of another length: its first bytes may tell what it is. */
    let suspicion: AppError | undefined;
    running = send(
      tools,
      request,
      url,
      {},
      {
        onHead: (head) => {
          redirect = redirectOf(head, url);
          if (redirect) throw new Redirect(redirect);
          try {
            readSmallHead(head, request, url);
          } catch (error) {
            if (!isOtherLength(head, error)) throw error;
            suspicion = error;
          }
          return true;
        },
        onBytes: (bytes) => {
          if (suspicion) {
            refuseImpostor(request.path, bytes);
            throw suspicion;
          }
          body.set(bytes.subarray(0, body.byteLength - length), length);
          length = Math.min(body.byteLength, length + bytes.byteLength);
        },
        onEnd: (error) => {
          if (error instanceof Redirect && hops < MAX_REDIRECTS) return ask(error.target, hops + 1);
          if (length < body.byteLength || (error && body.byteLength === 0)) {
            const cut = suspicion ?? new AppError('TRANSFER_CUT', { path: request.path });
            return report.failed(error ?? cut);
          }
          try {
            report.fetched(keep(request, body));
          } catch (thrown) {
            report.failed(thrown as Error);
          }
        },
      },
    );
  }

  ask(new URL(request.location.url), 0);
  return { stop: () => running?.end(new AppError('TRANSFER_CUT', { path: request.path })) };
}

function redirectOf({ status, headers }: ResponseHead, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const target = URL.canParse(headers.location ?? '', url.href)
    ? new URL(headers.location ?? '', url.href)
    : null;
  return target?.origin === url.origin ? target : null;
}

function readSmallHead(head: ResponseHead, request: SmallTransferRequest, url: URL): void {
  const { path, sizeBytes, location } = request;
  const asked = { path, sizeBytes, host: url.host, redirected: location.redirected, span: null };
  readAnswer({ ...head, retryAfterMs: parseRetryAfter(head.headers, Date.now()) }, asked);
}

function keep({ path, partPath, wantsGitSha1 }: SmallTransferRequest, body: Buffer): Digests {
  refuseImpostor(path, body);
  const flags =
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
  const file = openSync(partPath, flags, 0o644);
  try {
    for (let written = 0; written < body.byteLength; ) written += writeSync(file, body, written);
  } finally {
    closeSync(file);
  }
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (!wantsGitSha1) return { sha256 };
  const gitSha1 = createHash('sha1').update(`blob ${body.byteLength}\0`).update(body);
  return { sha256, gitSha1: gitSha1.digest('hex') };
}
