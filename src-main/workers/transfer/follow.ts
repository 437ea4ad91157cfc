/** Requests that follow redirects, as far as that takes no header to another origin. */
import type { FileLocation } from '../../engines/ports.ts';
import { refuseUnsafeHop } from '../../platform/redirects.ts';
import type { Running } from './exchange.ts';
import type { ResponseHead } from './http-head.ts';
import { type FileRequest, send, type Taker, type TransferTools } from './tools.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

class Redirect extends Error {
  readonly target: URL;
  constructor(target: URL) {
    super('redirected');
    this.target = target;
  }
}

export interface FollowingTaker extends Omit<Taker, 'onHead'> {
  /** @param url where the answer came from, in the end */
  onHead(head: ResponseHead, url: URL): boolean;
}

export function sendFollowing(
  tools: TransferTools,
  request: FileRequest,
  headers: Readonly<Record<string, string>>,
  taker: FollowingTaker,
): Running {
  let running: Running | undefined;

  function ask(url: URL, hops: number) {
    running = send(tools, request, url, headers, {
      onHead: (head) => {
        const target = hops < MAX_REDIRECTS ? targetOf(head, url, request.location) : null;
        if (target) throw new Redirect(target);
        return taker.onHead(head, url);
      },
      onBytes: (bytes) => taker.onBytes(bytes),
      onEnd: (error) => {
        if (error instanceof Redirect) ask(error.target, hops + 1);
        else taker.onEnd(error);
      },
    });
  }

  ask(new URL(request.location.url), 0);
  return { end: (reason) => running?.end(reason) };
}

/**
 * Where the answer sends us: within its origin, or, from a storage host that was sent no headers of ours,
 * anywhere else. @throws AppError `REDIRECT_REFUSED`
 */
function targetOf(
  { status, headers }: ResponseHead,
  url: URL,
  { redirected }: FileLocation,
): URL | null {
  if (!REDIRECTS.has(status) || !URL.canParse(headers.location ?? '', url.href)) return null;
  const target = new URL(headers.location ?? '', url.href);
  if (target.origin === url.origin) return target;
  if (!redirected) return null;
  refuseUnsafeHop(url.href, target.href);
  return target;
}
