import { answerCdn } from './cdn-origin.ts';
import { type CivitaiModel, createCivitaiStore } from './civitai-models.ts';
import { createFaultTable, type FaultPlan } from './fault-plan.ts';
import { answerHub } from './hub-origin.ts';
import type { HubMode, HubState } from './hub-state.ts';
import { createOllamaStore, type OllamaModel } from './ollama-models.ts';
import { createOrigin } from './origin-server.ts';
import {
  createPlainStore,
  type HeadRefusal,
  type PlainFile,
  type PlainFiles,
} from './plain-files.ts';
import { createRateWindow, type RateQuotas } from './rate-window.ts';
import { createRates, type HubRates } from './rates.ts';
import { createRegistryTokens } from './registry-tokens.ts';
import type { HubAccount, HubCommit, HubRepository, HubTokens } from './repository.ts';
import { createRepositoryStore } from './repository-store.ts';
import { createRequestLog, type RecordFilter, type RequestRecord } from './request-log.ts';
import { createUrlSigner } from './signed-url.ts';
import { HUB_TLS } from './tls.ts';

export interface HubOptions {
  readonly repositories: readonly HubRepository[];
  readonly tokens?: HubTokens;
  /** Served at `/plain/{path}`. */
  readonly plainFiles?: PlainFiles;
  /** What HEAD on a plain file is refused with. Default: it is not. */
  readonly headRefused?: HeadRefusal;
  /** Served at `/v2/`. Those named `private/…` ask for a token from `/token`. */
  readonly ollamaModels?: readonly OllamaModel[];
  /** Served at `/api/v1/models`, `/api/v1/model-versions` and `/api/download/models`. */
  readonly civitaiModels?: readonly CivitaiModel[];
  /** Both origins speak TLS, with a certificate that signs itself. Default false. */
  readonly tls?: boolean;
  /** Ports on the loopback interface. Default 0: any free one. */
  readonly port?: number;
  readonly cdnPort?: number;
  /**
   * Name the second origin is told under. Default `127.0.0.1`, so that only the port tells the two
   * apart: the hardest case for a client that must not take its token along. `localhost` makes it
   * another host too, as clients expect that compare nothing but host names.
   */
  readonly cdnHost?: '127.0.0.1' | 'localhost';
  /** Most entries in one page of a tree or a search. Default 1000. */
  readonly pageSize?: number;
  /** How long a signed address holds, in whole seconds rounded up. Default an hour. */
  readonly signedUrlTtlMs?: number;
  /** Decides which requests a fault with a probability hits, and the signing key. Default 1. */
  readonly seed?: number;
  /** Requests in five minutes before 429. Default: more than any test makes. */
  readonly quotas?: RateQuotas;
  /** Clock of signed addresses and rate windows, as `Date.now`. */
  readonly now?: () => number;
  /** A defect of the hub itself. Default: thrown, so that a test fails. */
  readonly onError?: (error: unknown) => void;
}

/** A running hub. Whoever started it closes it. */
export interface Hub {
  /** First origin: API and file addresses. Without a slash at the end. */
  readonly url: string;
  /** Second origin, another port: large files behind signed addresses. */
  readonly cdnUrl: string;
  /** PEM of the authority to trust; null without TLS. */
  readonly certificate: string | null;
  /** Oldest first; open records go on changing. */
  readonly log: readonly RequestRecord[];
  /** Requests that took a token to the second origin. */
  readonly leaks: readonly RequestRecord[];
  /** Body bytes really sent for matching requests. */
  bytesSent(filter?: RecordFilter): number;
  clearLog(): void;
  /** Resolves as soon as the condition holds for the log. Never times out. */
  until(condition: (records: readonly RequestRecord[]) => boolean): Promise<void>;
  /** @param pattern file or request path; `*` within a segment, `**` anything; replaces its earlier plans */
  setFaults(pattern: string, plans: FaultPlan | readonly FaultPlan[]): void;
  clearFaults(pattern?: string): void;
  /** Lets every stalled answer go on. */
  releaseStalls(): void;
  setMode(mode: HubMode): void;
  setRates(rates: HubRates): void;
  /** Null lifts the limit. */
  throttle(pattern: string, bytesPerSecond: number | null): void;
  addRepository(repository: HubRepository): void;
  removeRepository(id: string): void;
  /** A new commit on `main` (or the branches it names). Returns its id. */
  pushCommit(id: string, commit: HubCommit): string;
  setAccount(token: string, account: HubAccount | null): void;
  /** Null removes. Answers under way go on with what they began with. */
  setPlainFile(path: string, file: PlainFile | null): void;
  /** Adds; a tag given again points to this model from now on. */
  setOllamaModel(model: OllamaModel): void;
  /** Adds, or replaces the model of the same id. */
  setCivitaiModel(model: CivitaiModel): void;
  /** Refuses every signed address issued so far. */
  expireSignedUrls(): void;
  /** Both ports refuse connections, and running answers are cut. */
  goOffline(): Promise<void>;
  /** Listens on the same ports again. */
  goOnline(): Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 60 * 60 * 1000;
const PLENTY: RateQuotas = { api: 1_000_000, resolvers: 1_000_000, pages: 1_000_000 };

export async function startHub(options: HubOptions): Promise<Hub> {
  const stalls = createGate();
  const state = createState(options, stalls.passed);
  const report = options.onError ?? failLoudly;
  const tls = options.tls ? HUB_TLS : null;
  const origins = {
    hub: createOrigin({ name: 'hub', state, tls, report, answer: answerHub }),
    cdn: createOrigin({ name: 'cdn', state, tls, report, answer: answerCdn }),
  };
  const ports = {
    hub: await origins.hub.listen(options.port ?? 0),
    cdn: await origins.cdn.listen(options.cdnPort ?? 0),
  };
  const scheme = tls ? 'https' : 'http';
  state.url = `${scheme}://127.0.0.1:${ports.hub}`;
  state.cdnUrl = `${scheme}://${options.cdnHost ?? '127.0.0.1'}:${ports.cdn}`;
  const goOffline = async (): Promise<void> => {
    await Promise.all([origins.hub.stop(), origins.cdn.stop()]);
  };
  return {
    ...controlsOf(state),
    url: state.url,
    cdnUrl: state.cdnUrl,
    certificate: tls?.certificate ?? null,
    log: state.log.records,
    get leaks() {
      return state.log.records.filter(
        (record) => record.origin === 'cdn' && record.sawAuthorization,
      );
    },
    releaseStalls: stalls.open,
    goOffline,
    async goOnline() {
      await Promise.all([origins.hub.listen(ports.hub), origins.cdn.listen(ports.cdn)]);
    },
    close: goOffline,
  };
}

function createState(options: HubOptions, released: () => Promise<void>): HubState {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const ttlMs = options.signedUrlTtlMs ?? HOUR_MS;
  return {
    store: createRepositoryStore(options.repositories),
    plain: createPlainStore(options.plainFiles ?? {}),
    headRefused: options.headRefused ?? null,
    ollama: createOllamaStore(options.ollamaModels ?? []),
    registryTokens: createRegistryTokens(now),
    civitai: createCivitaiStore(options.civitaiModels ?? []),
    faults: createFaultTable(seed),
    log: createRequestLog(),
    rates: createRates(),
    rateWindow: createRateWindow(options.quotas ?? PLENTY, now),
    signer: createUrlSigner({ secret: `larder hub ${seed}`, ttlMs, now }),
    objects: new Map(),
    tokens: new Map(Object.entries(options.tokens ?? {})),
    now,
    pageSize: options.pageSize ?? 1000,
    url: '',
    cdnUrl: '',
    mode: 'normal',
    released,
  };
}

/** Those parts of the hub that only pass a call on. */
function controlsOf(state: HubState) {
  const { store, faults, log, rates, signer, objects, tokens } = state;
  return {
    bytesSent: log.bytesSent,
    clearLog: log.clear,
    until: log.until,
    setFaults: faults.set,
    clearFaults: faults.clear,
    setRates: rates.set,
    throttle: rates.throttle,
    addRepository: store.add,
    removeRepository: store.remove,
    pushCommit: store.pushCommit,
    setPlainFile: state.plain.set,
    setOllamaModel: state.ollama.set,
    setCivitaiModel: state.civitai.set,
    setMode(mode: HubMode): void {
      state.mode = mode;
    },
    setAccount(token: string, account: HubAccount | null): void {
      if (account === null) tokens.delete(token);
      else tokens.set(token, account);
    },
    expireSignedUrls(): void {
      for (const object of objects.keys()) signer.revoke(object);
    },
  };
}

/** A gate that can be passed only by those who wait when it is opened. */
function createGate(): { open: () => void; passed: () => Promise<void> } {
  const waiting: (() => void)[] = [];
  return {
    open() {
      for (const pass of waiting.splice(0)) pass();
    },
    passed: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

function failLoudly(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
