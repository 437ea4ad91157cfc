import type { FaultKind } from './fault-plan.ts';
import { createPathMatcher } from './path-pattern.ts';

/** `hub` answers the API and resolves files; `cdn` is the second origin that holds large files. */
export type OriginName = 'hub' | 'cdn';

/** One request, as it stands now: open records go on changing. */
export interface RequestRecord {
  readonly serial: number;
  /** Since the hub was started. */
  readonly atMs: number;
  readonly origin: OriginName;
  /** Number of the TCP connection; requests with the same number shared one. */
  readonly connection: number;
  readonly method: string;
  /** Without the query, so that no signature is ever logged. */
  readonly path: string;
  /** `namespace/name/folder/file`, when the request is about one. */
  readonly file: string | null;
  readonly range: string | null;
  /** 0 until an answer begins. */
  readonly status: number;
  /** Body bytes handed to the system's socket, not those only promised or queued. */
  readonly bodyBytes: number;
  /** A token came along: as Authorization, as `?token=`, or in ModelScope's cookie. */
  readonly sawAuthorization: boolean;
  readonly userAgent: string | null;
  readonly fault: FaultKind | null;
  readonly outcome: 'open' | 'complete' | 'aborted';
}

export type OpenRecord = { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] };

/** Picks records: a file, a request path, a pattern of either, or a predicate. */
export type RecordFilter = string | ((record: RequestRecord) => boolean);

export interface RequestLog {
  readonly records: readonly RequestRecord[];
  open(
    facts: Pick<
      OpenRecord,
      'origin' | 'connection' | 'method' | 'path' | 'range' | 'sawAuthorization' | 'userAgent'
    >,
  ): OpenRecord;
  /** Body bytes of all matching requests together. */
  bytesSent(filter?: RecordFilter): number;
  /** To be called after each change of a record. */
  changed(): void;
  /** Resolves as soon as the condition holds; asked again at each change. Never times out. */
  until(condition: (records: readonly RequestRecord[]) => boolean): Promise<void>;
  clear(): void;
}

const MAXIMUM_RECORDS = 100_000;

export function createRequestLog(): RequestLog {
  const startedAt = performance.now();
  const records: OpenRecord[] = [];
  const waiting = new Set<() => void>();
  let serial = 0;
  const changed = (): void => {
    for (const check of waiting) check();
  };
  return {
    records,
    changed,
    open(facts) {
      serial += 1;
      const atMs = performance.now() - startedAt;
      const rest = { file: null, status: 0, bodyBytes: 0, fault: null, outcome: 'open' } as const;
      const record: OpenRecord = { serial, atMs, ...facts, ...rest };
      records.push(record);
      if (records.length > MAXIMUM_RECORDS) records.shift();
      changed();
      return record;
    },
    bytesSent: (filter = () => true) =>
      records.filter(toPredicate(filter)).reduce((sum, record) => sum + record.bodyBytes, 0),
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition(records)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    clear: () => void records.splice(0),
  };
}

function toPredicate(filter: RecordFilter): (record: RequestRecord) => boolean {
  if (typeof filter === 'function') return filter;
  const matches = createPathMatcher(filter);
  return ({ path, file }) => matches(path) || (file !== null && matches(file));
}
