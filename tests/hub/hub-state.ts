import type { CivitaiStore } from './civitai-models.ts';
import type { FaultTable } from './fault-plan.ts';
import type { OllamaStore } from './ollama-models.ts';
import type { HeadRefusal, PlainStore } from './plain-files.ts';
import type { RateWindow } from './rate-window.ts';
import type { Rates } from './rates.ts';
import type { RegistryTokens } from './registry-tokens.ts';
import type { HubAccount } from './repository.ts';
import type { RepositoryStore } from './repository-store.ts';
import type { RequestLog } from './request-log.ts';
import type { UrlSigner } from './signed-url.ts';
import type { StoredObject } from './stored-objects.ts';

/**
 * What both origins answer, whatever was asked.
 *
 * `captive-portal`: a sign-in page with status 200. `server-error`: 500.
 */
export type HubMode = 'normal' | 'captive-portal' | 'server-error';

/** What the two origins share. The hub owns it; it ends with the hub. */
export interface HubState {
  readonly store: RepositoryStore;
  readonly plain: PlainStore;
  readonly headRefused: HeadRefusal | null;
  readonly ollama: OllamaStore;
  readonly registryTokens: RegistryTokens;
  readonly civitai: CivitaiStore;
  readonly faults: FaultTable;
  readonly log: RequestLog;
  readonly rates: Rates;
  readonly rateWindow: RateWindow;
  readonly signer: UrlSigner;
  /** Signed so far, by their path at the second origin. */
  readonly objects: Map<string, StoredObject>;
  readonly tokens: Map<string, HubAccount>;
  /** Clock of signed addresses and rate windows, as `Date.now`. */
  readonly now: () => number;
  /** Most entries in one page of a tree or a search. */
  readonly pageSize: number;
  /** Of the first origin; known once it listens. */
  url: string;
  cdnUrl: string;
  mode: HubMode;
  /** Resolves when stalled answers are let go. */
  readonly released: () => Promise<void>;
}
