/**
 * An HTTP/1.1 connection that is kept, over plain sockets or TLS. The system copies what arrives straight
 * into one reusable block, and full blocks are handed over: no allocation per chunk, no streams.
 *
 * ```
 *  connecting ──▶ head ──▶ body ──▶ idle ──▶ head …      any ──▶ closed
 * ```
 */
import net from 'node:net';
import tls from 'node:tls';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { noteIssuer } from '../../platform/tls-issuer.ts';
import { createBlock } from './block.ts';
import { type Exchange, OddAnswer, type Running, StaleConnection } from './exchange.ts';
import { formatRequest, parseHead, plainLength } from './http-head.ts';

const BLOCK_BYTES = 256 * 1024;
const HEAD_LIMIT_BYTES = 32 * 1024;
const HEAD_READ_BYTES = 4 * 1024;
/** Bytes of a slow line wait in the block no longer than this. */
const HAND_OVER_MS = 200;
const CONNECT_MS = 15_000;

export interface ConnectionOptions {
  readonly url: URL;
  /** For https. */
  readonly secureContext: (() => tls.SecureContext) | undefined;
  /** The connection is free for another exchange, or gone. */
  readonly onFree: (connection: RawConnection) => void;
  readonly onClosed: (connection: RawConnection) => void;
}

export class RawConnection {
  readonly #options: ConnectionOptions;
  readonly #block = createBlock(BLOCK_BYTES);
  readonly #socket: net.Socket;
  #phase: 'connecting' | 'idle' | 'head' | 'body' | 'closed' = 'connecting';
  #exchange: Exchange | undefined;
  /** Where the unread part of the block starts, and where the next read goes. */
  #start = 0;
  #filled = 0;
  #bodyLeft = 0;
  #keepsAlive = false;
  #exchanges = 0;
  #handedOverAt = 0;
  #stopResting: (() => void) | undefined;
  readonly #connectTimer: NodeJS.Timeout;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { url } = options;
    const isTls = url.protocol === 'https:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const onread = { buffer: () => this.#room(), callback: (n: number) => this.#received(n) };
    const target = { host, port: Number(url.port) || (isTls ? 443 : 80), onread, noDelay: true };
    this.#socket = isTls
      ? tls.connect({
          ...target,
          ...(options.secureContext && { secureContext: options.secureContext() }),
          ...(net.isIP(host) === 0 && { servername: host }),
          ALPNProtocols: ['http/1.1'],
        })
      : net.connect(target);
    if (isTls) noteIssuer(this.#socket);
    this.#connectTimer = setTimeout(() => this.#timedOut(), CONNECT_MS);
    this.#socket.once(isTls ? 'secureConnect' : 'connect', () => this.#connected());
    this.#socket.on('error', (error) => this.#close(error));
    this.#socket.on('end', () => this.#close(null));
    this.#socket.on('close', () => this.#close(null));
  }

  /** One at a time; the connection must be new or free. */
  run(exchange: Exchange): Running {
    this.#exchange = exchange;
    this.#exchanges += 1;
    if (this.#phase === 'idle') this.#ask(exchange);
    return {
      end: (reason) => {
        if (this.#exchange === exchange) this.#close(reason, { isWanted: true });
      },
    };
  }

  destroy(): void {
    this.#close(null);
  }

  #connected(): void {
    clearTimeout(this.#connectTimer);
    if (this.#phase !== 'connecting') return;
    if (this.#exchange) this.#ask(this.#exchange);
  }

  #timedOut(): void {
    this.#close(new AppError('NETWORK_OFFLINE', { host: this.#options.url.host }));
  }

  #ask(exchange: Exchange): void {
    this.#phase = 'head';
    this.#start = 0;
    this.#filled = 0;
    try {
      this.#socket.write(formatRequest(exchange.url, exchange.headers));
    } catch (error) {
      this.#close(error as Error);
    }
  }

  /**
   * Where the next bytes go. There is always room: what is full was handed over. It is asked for one read
   * ahead, so the first bytes of a body may come into the room of its head: that is kept small.
   */
  #room(): Uint8Array {
    if (this.#phase !== 'body') {
      const from = this.#phase === 'head' ? this.#filled : 0;
      return this.#block.subarray(from, Math.min(HEAD_LIMIT_BYTES, from + HEAD_READ_BYTES));
    }
    const window = this.#exchange?.window() ?? BLOCK_BYTES;
    return this.#block.subarray(this.#filled, Math.min(BLOCK_BYTES, this.#filled + window));
  }

  /** @returns whether to go on reading */
  #received(count: number): boolean {
    try {
      if (this.#phase === 'head') return this.#takeHead(count);
      if (this.#phase === 'body') return this.#takeBody(count);
      // Nobody asked for this.
      this.#close(null);
    } catch (error) {
      this.#close(error as Error);
    }
    return false;
  }

  #takeHead(count: number): boolean {
    this.#filled += count;
    const unread = this.#block.subarray(this.#start, this.#filled);
    const end = unread.indexOf('\r\n\r\n');
    const host = this.#options.url.host;
    if (end < 0) {
      if (this.#filled >= HEAD_LIMIT_BYTES) throw new AppError('ANSWER_UNREADABLE', { host });
      return true;
    }
    const head = parseHead(unread.toString('latin1', 0, end));
    if (head === null) throw new AppError('ANSWER_UNREADABLE', { host });
    this.#start += end + 4;
    // 100 Continue and its like come before the answer itself.
    if (head.status < 200) return this.#takeHead(0);
    const length = [204, 304].includes(head.status) ? 0 : plainLength(head);
    if (length === null && [200, 206].includes(head.status)) throw new OddAnswer();
    this.#keepsAlive = head.keepsAlive && length !== null;
    const isWanted = this.#exchange?.onHead(head) ?? false;
    if (!isWanted) {
      this.#close(null);
      return false;
    }
    this.#phase = 'body';
    this.#bodyLeft = length ?? 0;
    this.#handedOverAt = performance.now();
    const early = this.#filled - this.#start;
    this.#filled = this.#start;
    return this.#takeBody(early);
  }

  #takeBody(count: number): boolean {
    const taken = Math.min(count, this.#bodyLeft);
    // More than was announced: the rest belongs to nobody, nor can the connection be used again.
    if (count > taken) this.#keepsAlive = false;
    this.#filled += taken;
    this.#bodyLeft -= taken;
    if (this.#bodyLeft === 0) {
      this.#handOver();
      this.#finish();
      return this.#phase !== 'closed';
    }
    const waitMs = this.#exchange?.onRead(taken) ?? 0;
    const isDue =
      waitMs > 0 ||
      this.#filled === BLOCK_BYTES ||
      performance.now() - this.#handedOverAt > HAND_OVER_MS;
    if (isDue) this.#handOver();
    // Handing over may have ended it.
    if (this.#phase !== 'body') return false;
    if (waitMs <= 0) return true;
    this.#stopResting = this.#exchange?.rest(waitMs, () => this.#socket.resume());
    return false;
  }

  #handOver(): void {
    const bytes = this.#block.subarray(this.#start, this.#filled);
    this.#start = 0;
    this.#filled = 0;
    this.#handedOverAt = performance.now();
    if (bytes.byteLength > 0) this.#exchange?.onBytes(bytes);
  }

  #finish(): void {
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#exchange = undefined;
    if (this.#keepsAlive) {
      this.#phase = 'idle';
      this.#options.onFree(this);
    } else {
      this.#close(null);
    }
    exchange.onEnd(null);
  }

  /** @param options.isWanted we end it, whatever the other side would have said */
  #close(error: Error | null, { isWanted = false } = {}): void {
    if (this.#phase === 'closed') return;
    const exchange = this.#exchange;
    const phase = this.#phase;
    let reason = error ?? new Error('the connection was closed');
    if (phase === 'body' && exchange) {
      // Every byte that arrived counts.
      try {
        this.#handOver();
      } catch (thrown) {
        reason = thrown as Error;
      }
    }
    const nothingAnswered = phase === 'head' && this.#filled === 0;
    const isStale =
      nothingAnswered && !isWanted && this.#exchanges > 1 && !(error instanceof AppError);
    this.#phase = 'closed';
    this.#exchange = undefined;
    clearTimeout(this.#connectTimer);
    this.#stopResting?.();
    this.#socket.destroy();
    this.#options.onClosed(this);
    exchange?.onEnd(isStale ? new StaleConnection() : reason);
  }
}
