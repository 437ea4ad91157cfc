/**
 * Every failure a person or a program can meet: its code, what kind it is, whether trying again can
 * help, one sentence, and what can be done. Errors travel as data ({@link ErrorReport}), so a button
 * or another program can act on them.
 */
import { z } from 'zod';
import { formatBytes } from './domain/format.ts';

export type ErrorCategory =
  | 'network'
  | 'authentication'
  | 'space'
  | 'integrity'
  | 'permission'
  | 'configuration'
  | 'source'
  | 'input'
  | 'internal';

/** `auto`: retried without being asked · `manual`: worth trying again by hand · `never`: same answer. */
export type RetryClass = 'auto' | 'manual' | 'never';

/** What a person can do about a failure. The window knows each kind; the label is the button's text. */
export const ACTION_LABELS = {
  retry: 'Try again',
  'sign-in': 'Add an access token',
  'request-access': 'Open the model page',
  'free-space': 'Free space',
  'choose-library': 'Choose another folder',
  'open-folder': 'Open the folder',
  'open-settings': 'Open settings',
  'edit-reference': 'Change the reference',
  'search-hub': 'Search the hub',
  'download-again': 'Download again',
  'copy-diagnostics': 'Copy details',
  'allow-plain-text': 'Store it unencrypted',
  'close-other': 'Close the other window',
} as const;

export type ActionKind = keyof typeof ACTION_LABELS;
const ACTION_KINDS = Object.keys(ACTION_LABELS) as [ActionKind, ...ActionKind[]];

interface ErrorSpec<P> {
  readonly category: ErrorCategory;
  readonly retry: RetryClass;
  /** HTTP status of the local API's problem answer. */
  readonly status: number;
  /** A few words, for headings. */
  readonly title: string;
  /** One sentence for a person, without jargon. */
  readonly message: (params: P) => string;
  readonly actions: readonly ActionKind[];
}

type None = Record<never, never>;
const spec = <P = None>(value: ErrorSpec<P>): ErrorSpec<P> => value;

export const ERRORS = {
  INPUT_INVALID: spec<{ problem: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Invalid input',
    message: (p) => `The request is not valid: ${p.problem}.`,
    actions: [],
  }),
  REFERENCE_MALFORMED: spec<{ reference: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Not a model reference',
    message: (p) =>
      `“${p.reference}” is not a model reference; write hf:owner/name, or paste the address of a model page.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  SOURCE_UNSUPPORTED: spec<{ source: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Source not supported yet',
    message: (p) => `Models from “${p.source}” cannot be downloaded yet; Hugging Face models can.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  VARIANT_UNKNOWN: spec<{ variant: string; available: string }>({
    category: 'input',
    retry: 'never',
    status: 404,
    title: 'No such variant',
    message: (p) => `This model has no variant “${p.variant}”; it has ${p.available}.`,
    actions: ['edit-reference'],
  }),
  REPOSITORY_NOT_FOUND: spec<{ repository: string }>({
    category: 'source',
    retry: 'manual',
    status: 404,
    title: 'Model not found',
    message: (p) => `There is no model “${p.repository}” on the hub.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  REPOSITORY_HIDDEN: spec<{ repository: string }>({
    category: 'authentication',
    retry: 'manual',
    status: 404,
    title: 'Not found, or private',
    message: (p) =>
      `“${p.repository}” does not exist, or is private; with an access token the hub tells which.`,
    actions: ['sign-in', 'edit-reference'],
  }),
  REPOSITORY_DISABLED: spec<{ repository: string }>({
    category: 'source',
    retry: 'manual',
    status: 403,
    title: 'Model disabled',
    message: (p) => `The hub has disabled “${p.repository}”.`,
    actions: ['search-hub'],
  }),
  REVISION_NOT_FOUND: spec<{ repository: string; revision: string }>({
    category: 'source',
    retry: 'never',
    status: 404,
    title: 'No such revision',
    message: (p) => `“${p.repository}” has no revision “${p.revision}”.`,
    actions: ['edit-reference'],
  }),
  FILE_NOT_FOUND: spec<{ path: string }>({
    category: 'source',
    retry: 'manual',
    status: 404,
    title: 'File gone at the source',
    message: (p) => `The hub no longer has the file “${p.path}”.`,
    actions: ['retry', 'search-hub'],
  }),
  ACCESS_GATED: spec<{ repository: string; signedIn: boolean }>({
    category: 'authentication',
    retry: 'manual',
    status: 403,
    title: 'Access has to be granted',
    message: (p) =>
      p.signedIn
        ? `Your account has not been granted access to “${p.repository}” yet; accept its conditions on the model page.`
        : `“${p.repository}” is gated: accept its conditions on the model page, then add your access token.`,
    actions: ['sign-in', 'request-access', 'retry'],
  }),
  TOKEN_INVALID: spec<None>({
    category: 'authentication',
    retry: 'manual',
    status: 401,
    title: 'Access token refused',
    message: () => 'The hub refuses the access token; it may have been revoked or mistyped.',
    actions: ['sign-in', 'retry'],
  }),
  NETWORK_OFFLINE: spec<{ host: string }>({
    category: 'network',
    retry: 'auto',
    status: 503,
    title: 'No connection',
    message: (p) => `${p.host} cannot be reached; check the network connection.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  NETWORK_SIGN_IN: spec<{ host: string }>({
    category: 'network',
    retry: 'auto',
    status: 503,
    title: 'Network needs sign-in',
    message: (p) =>
      `A web page came back instead of data from ${p.host}; this network may want you to sign in first.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  TLS_UNTRUSTED: spec<{ host: string; reason: string }>({
    category: 'network',
    retry: 'manual',
    status: 502,
    title: 'Connection not trusted',
    message: (p) => `The certificate of ${p.host} cannot be trusted (${p.reason}).`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  SERVER_FAILED: spec<{ host: string; status: number }>({
    category: 'network',
    retry: 'auto',
    status: 502,
    title: 'The hub has a problem',
    message: (p) => `${p.host} answered with an error (${p.status}).`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  SERVER_REFUSED: spec<{ host: string; status: number }>({
    category: 'source',
    retry: 'manual',
    status: 502,
    title: 'The hub refused',
    message: (p) => `${p.host} refused the request (${p.status}).`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  ANSWER_UNREADABLE: spec<{ host: string }>({
    category: 'source',
    retry: 'manual',
    status: 502,
    title: 'Answer not understood',
    message: (p) =>
      `${p.host} gave an answer that is not a model hub's; check its address in settings.`,
    actions: ['open-settings', 'retry', 'copy-diagnostics'],
  }),
  RATE_LIMITED: spec<{ host: string }>({
    category: 'network',
    retry: 'auto',
    status: 429,
    title: 'Asked to slow down',
    message: (p) => `${p.host} asked us to wait before the next request.`,
    actions: ['retry', 'sign-in'],
  }),
  TRANSFER_CUT: spec<{ path: string }>({
    category: 'network',
    retry: 'auto',
    status: 502,
    title: 'Connection lost',
    message: (p) => `The connection ended before “${p.path}” was complete.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  TRANSFER_STALLED: spec<{ path: string; silentMs: number }>({
    category: 'network',
    retry: 'auto',
    status: 504,
    title: 'Connection went silent',
    message: (p) => `Nothing arrived for “${p.path}” for ${Math.round(p.silentMs / 1000)} seconds.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  LINK_EXPIRED: spec<{ path: string }>({
    category: 'network',
    retry: 'auto',
    status: 502,
    title: 'Download link expired',
    message: (p) => `The hub's temporary link for “${p.path}” expired and is being renewed.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  RANGE_WRONG: spec<{ path: string }>({
    category: 'network',
    retry: 'auto',
    status: 502,
    title: 'Wrong bytes offered',
    message: (p) => `The server offered other bytes of “${p.path}” than were asked for.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
  NOT_A_MODEL_FILE: spec<{ path: string; found: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 502,
    title: 'Not the file itself',
    message: (p) => `The server sent ${p.found} instead of “${p.path}”.`,
    actions: ['retry', 'sign-in', 'copy-diagnostics'],
  }),
  CONTENT_CHANGED: spec<{ path: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 409,
    title: 'Changed at the source',
    message: (p) => `“${p.path}” is not the file it was when the download began.`,
    actions: ['download-again', 'copy-diagnostics'],
  }),
  DIGEST_MISMATCH: spec<{ path: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 502,
    title: 'Damaged in transit',
    message: (p) =>
      `“${p.path}” arrived damaged twice: its fingerprint differs from the published one; the copies are set aside.`,
    actions: ['download-again', 'open-folder', 'copy-diagnostics'],
  }),
  DISK_FULL: spec<{ neededBytes: number; freeBytes: number; folder: string }>({
    category: 'space',
    retry: 'manual',
    status: 507,
    title: 'Not enough space',
    message: (p) =>
      `${formatBytes(p.neededBytes)} are needed in ${p.folder}, and ${formatBytes(p.freeBytes)} are free for it.`,
    actions: ['free-space', 'retry', 'choose-library', 'open-folder'],
  }),
  LIBRARY_MISSING: spec<{ folder: string }>({
    category: 'configuration',
    retry: 'manual',
    status: 503,
    title: 'Library folder is gone',
    message: (p) => `The library folder ${p.folder} is not there; is its drive plugged in?`,
    actions: ['retry', 'choose-library'],
  }),
  LIBRARY_UNWRITABLE: spec<{ folder: string }>({
    category: 'permission',
    retry: 'manual',
    status: 503,
    title: 'Library folder is read-only',
    message: (p) => `Larder may not write in the library folder ${p.folder}.`,
    actions: ['choose-library', 'open-folder', 'retry'],
  }),
  LIBRARY_IN_USE: spec<{ folder: string; pid: number }>({
    category: 'configuration',
    retry: 'manual',
    status: 503,
    title: 'Library already open',
    message: (p) => `Another Larder (process ${p.pid}) is using the library folder ${p.folder}.`,
    actions: ['close-other', 'choose-library', 'retry'],
  }),
  FILE_NAME_UNSAFE: spec<{ path: string }>({
    category: 'input',
    retry: 'never',
    status: 422,
    title: 'Dangerous file name',
    message: (p) => `The file name “${p.path}” would leave the library folder, so it is refused.`,
    actions: ['copy-diagnostics'],
  }),
  FILE_NAME_COLLISION: spec<{ path: string; other: string }>({
    category: 'input',
    retry: 'never',
    status: 422,
    title: 'File names collide',
    message: (p) => `“${p.path}” and “${p.other}” cannot lie in one folder on every computer.`,
    actions: ['copy-diagnostics'],
  }),
  FILE_IN_THE_WAY: spec<{ path: string }>({
    category: 'permission',
    retry: 'manual',
    status: 409,
    title: 'A file is in the way',
    message: (p) =>
      `Another file is already at “${p.path}”, and it is not replaced without asking.`,
    actions: ['open-folder', 'retry'],
  }),
  TRASH_UNAVAILABLE: spec<{ path: string }>({
    category: 'permission',
    retry: 'manual',
    status: 409,
    title: 'No recycle bin here',
    message: (p) =>
      `“${p.path}” could not be moved to the recycle bin; it can be deleted for good instead.`,
    actions: ['open-folder'],
  }),
  MODEL_AT_OTHER_REVISION: spec<{ modelId: string; revision: string }>({
    category: 'input',
    retry: 'never',
    status: 409,
    title: 'Another revision is here',
    message: (p) =>
      `“${p.modelId}” is already in the library at revision ${p.revision.slice(0, 7)}; remove it first to take another.`,
    actions: ['edit-reference'],
  }),
  SETTINGS_DAMAGED: spec<{ keptAs: string; problem: string }>({
    category: 'configuration',
    retry: 'never',
    status: 500,
    title: 'Settings were damaged',
    message: (p) => `The settings file was damaged (${p.problem}); it is kept as ${p.keptAs}.`,
    actions: ['open-settings', 'open-folder'],
  }),
  DOCUMENT_DAMAGED: spec<{ name: string; keptAs: string; recovered: boolean }>({
    category: 'integrity',
    retry: 'never',
    status: 500,
    title: 'A data file was damaged',
    message: (p) =>
      p.recovered
        ? `${p.name} was damaged and its previous state was restored; the damaged file is kept as ${p.keptAs}.`
        : `${p.name} was damaged and was rebuilt; the damaged file is kept as ${p.keptAs}.`,
    actions: ['open-folder', 'copy-diagnostics'],
  }),
  DATA_FILE_UNUSABLE: spec<{ name: string; reason: string }>({
    category: 'permission',
    retry: 'manual',
    status: 503,
    title: 'Data folder cannot be used',
    message: (p) => `Larder cannot read or write its file ${p.name} (${p.reason}).`,
    actions: ['open-folder', 'retry', 'copy-diagnostics'],
  }),
  SETTING_LOCKED: spec<{ key: string; by: string }>({
    category: 'configuration',
    retry: 'never',
    status: 409,
    title: 'Setting fixed from outside',
    message: (p) => `“${p.key}” is fixed by ${p.by} and cannot be changed here.`,
    actions: [],
  }),
  SECRET_STORE_PLAIN: spec<None>({
    category: 'permission',
    retry: 'manual',
    status: 409,
    title: 'No key store on this system',
    message: () =>
      'This system offers no encrypted store, so the token would be kept as plain text readable by your account.',
    actions: ['allow-plain-text'],
  }),
  SECRET_UNREADABLE: spec<None>({
    category: 'authentication',
    retry: 'manual',
    status: 401,
    title: 'Stored token cannot be read',
    message: () =>
      'The stored access token cannot be decrypted on this computer any more; please enter it again.',
    actions: ['sign-in'],
  }),
  MODEL_UNKNOWN: spec<{ modelId: string }>({
    category: 'input',
    retry: 'never',
    status: 404,
    title: 'Model not in the library',
    message: (p) => `“${p.modelId}” is not in the library.`,
    actions: ['search-hub'],
  }),
  ACTION_NOT_POSSIBLE: spec<{ action: string; state: string }>({
    category: 'input',
    retry: 'never',
    status: 409,
    title: 'Not possible now',
    message: (p) => `“${p.action}” is not possible while the download is ${p.state}.`,
    actions: [],
  }),
  UNAUTHORIZED: spec<None>({
    category: 'authentication',
    retry: 'never',
    status: 401,
    title: 'Token required',
    message: () => 'The local API wants the bearer token from api.json.',
    actions: [],
  }),
  ORIGIN_REFUSED: spec<None>({
    category: 'permission',
    retry: 'never',
    status: 403,
    title: 'Caller refused',
    message: () => 'Requests to the local API are accepted from this computer only.',
    actions: [],
  }),
  API_PORT_TAKEN: spec<{ port: number }>({
    category: 'configuration',
    retry: 'manual',
    status: 503,
    title: 'Port of the local API is taken',
    message: (p) =>
      `The local API cannot listen on port ${p.port}; another program may be using it.`,
    actions: ['open-settings', 'retry'],
  }),
  ROUTE_UNKNOWN: spec<{ path: string }>({
    category: 'input',
    retry: 'never',
    status: 404,
    title: 'No such address',
    message: (p) => `There is nothing at ${p.path}; see /openapi.json.`,
    actions: [],
  }),
  INTERNAL: spec<{ problem: string }>({
    category: 'internal',
    retry: 'manual',
    status: 500,
    title: 'Something went wrong inside',
    message: (p) => `Larder met a fault of its own: ${p.problem}.`,
    actions: ['retry', 'copy-diagnostics'],
  }),
} as const satisfies Record<string, ErrorSpec<never>>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorParams<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0];
const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const actionSchema = z.object({
  kind: z.enum(ACTION_KINDS),
  label: z.string(),
});
export type Action = z.infer<typeof actionSchema>;

/** A failure as data: what API clients, the window and stored documents see. */
export const errorReportSchema = z.object({
  code: z.enum(ERROR_CODES),
  category: z.string(),
  title: z.string().meta({ description: 'A few words.' }),
  detail: z.string().meta({ description: 'One sentence for a person.' }),
  retryable: z.boolean(),
  actions: z.array(actionSchema),
});
export type ErrorReport = z.infer<typeof errorReportSchema>;

interface AppErrorOptions {
  readonly cause?: unknown;
  /** Earliest moment the other side allows another request, in ms from now (`Retry-After`). */
  readonly retryAfterMs?: number;
}

/** An expected failure: a code of {@link ERRORS} and its parameters. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: ErrorParams<C>;
  readonly retryAfterMs: number | undefined;

  constructor(code: C, params: ErrorParams<C>, options: AppErrorOptions = {}) {
    const { message } = ERRORS[code] as unknown as ErrorSpec<ErrorParams<C>>;
    super(message(params), options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.params = params;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Any thrown value as an {@link AppError}; what is unknown becomes `INTERNAL`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const problem = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('INTERNAL', { problem }, { cause: thrown });
}

export function toErrorReport(thrown: unknown): ErrorReport {
  const error = toAppError(thrown);
  const { category, title, retry, actions } = ERRORS[error.code];
  return {
    code: error.code,
    category,
    title,
    detail: error.message,
    retryable: retry !== 'never',
    actions: actions.map((kind) => ({ kind, label: ACTION_LABELS[kind] })),
  };
}
