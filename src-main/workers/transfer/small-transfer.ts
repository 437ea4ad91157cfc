/** A small file: whole in one exchange, digested in memory, written in one go. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { readAnswer, refuseImpostor } from '../../engines/download/answer.ts';
import type { Digests, SmallTransferRequest } from '../../engines/ports.ts';
import { parseRetryAfter } from '../../platform/http-errors.ts';
import { sendFollowing } from './follow.ts';
import type { ResponseHead } from './http-head.ts';
import { isOtherLength } from './span-transfer.ts';
import type { TransferTools } from './tools.ts';

interface SmallReport {
  fetched(digests: Digests): void;
  failed(error: Error): void;
}

export function fetchSmall(
  tools: TransferTools,
  request: SmallTransferRequest,
  report: SmallReport,
): { stop(): void } {
  const body = Buffer.allocUnsafe(request.sizeBytes);
  let length = 0;
  /** The answer is of another length: its first bytes may tell what it is. */
  let suspicion: AppError | undefined;
  const running = sendFollowing(
    tools,
    request,
    {},
    {
      onHead: (head, url) => {
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
  return { stop: () => running.end(new AppError('TRANSFER_CUT', { path: request.path })) };
}

function readSmallHead(head: ResponseHead, request: SmallTransferRequest, url: URL): void {
  const { path, sizeBytes, location } = request;
  const { redirected, validator } = location;
  const asked = { path, sizeBytes, host: url.host, redirected, validator, span: null };
  readAnswer({ ...head, retryAfterMs: parseRetryAfter(head.headers, Date.now()) }, asked);
}

function keep({ path, partPath, wantsGitSha1 }: SmallTransferRequest, body: Buffer): Digests {
  refuseImpostor(path, body);
  // What lies there may be another name of an installed file.
  rmSync(partPath, { force: true });
  const file = openSync(partPath, 'wx', 0o644);
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
