/** `docs/errors.md`, written from the registry of errors. Pure. */

import { GENERATION_ERRORS } from '../../../src-shared/errors/generation-errors.ts';
import { LOCAL_ERRORS } from '../../../src-shared/errors/local-errors.ts';
import { SOURCE_ERRORS } from '../../../src-shared/errors/source-errors.ts';
import { TRANSFER_ERRORS } from '../../../src-shared/errors/transfer-errors.ts';
import {
  ACTION_LABELS,
  type ActionKind,
  AppError,
  ERRORS,
  type ErrorCode,
  type ErrorParams,
} from '../../../src-shared/errors.ts';

const HOST = 'huggingface.co';
const FILE = 'model-Q4_K_M.gguf';
const FOLDER = '/home/ada/Larder';
const REPOSITORY = 'owner/name';

/** What stands in the sentences; several where the sentence has several forms. A new code has to be added here. */
const SAMPLES: { readonly [C in ErrorCode]: readonly ErrorParams<C>[] } = {
  REFERENCE_MALFORMED: [{ reference: 'some model' }],
  REFERENCE_SECRET: [{ host: 'files.example.org', secret: 'access_token' }],
  ADDRESS_UNSUPPORTED: [{ scheme: 'ftp' }],
  LOCAL_FILE: [{ path: '/home/ada/model.gguf' }],
  SOURCE_UNSUPPORTED: [{ source: 'oci' }],
  SEARCH_UNSUPPORTED: [{ source: 'ollama' }],
  LAYOUT_FOREIGN: [{ repository: 'library/model:latest' }],
  VARIANT_UNKNOWN: [{ variant: 'Q9_K', available: 'Q4_K_M, Q8_0' }],
  REPOSITORY_NOT_FOUND: [{ repository: REPOSITORY }],
  REPOSITORY_HIDDEN: [{ repository: REPOSITORY }],
  REPOSITORY_DISABLED: [{ repository: REPOSITORY }],
  REVISION_NOT_FOUND: [{ repository: REPOSITORY, revision: 'v9' }],
  FILE_NOT_FOUND: [{ path: FILE }],
  ACCESS_GATED: [
    { repository: REPOSITORY, signedIn: false },
    { repository: REPOSITORY, signedIn: true },
  ],
  REPOSITORY_ARCHIVED: [{ repository: '128713' }],
  SIGN_IN_NEEDED: [{ host: 'civitai.com' }],
  EARLY_ACCESS: [
    { repository: '128713', until: '2026-01-31' },
    { repository: '128713', until: null },
  ],
  SIZE_UNKNOWN: [{ path: FILE, host: 'files.example.org' }],
  REDIRECT_REFUSED: [{ host: 'files.example.org', target: 'localhost' }],
  TOKEN_INVALID: [{}],
  NETWORK_OFFLINE: [{ host: HOST }],
  NETWORK_SIGN_IN: [{ host: HOST }],
  PROXY_SIGN_IN: [{ host: HOST }],
  TLS_UNTRUSTED: [{ host: HOST, reason: 'it has expired' }],
  SERVER_FAILED: [{ host: HOST, status: 503 }],
  SERVER_REFUSED: [{ host: HOST, status: 403 }],
  ANSWER_UNREADABLE: [{ host: HOST }],
  RATE_LIMITED: [{ host: HOST }],
  TRANSFER_CUT: [{ path: FILE }],
  TRANSFER_STALLED: [{ path: FILE, silentMs: 30_000 }],
  LINK_EXPIRED: [{ path: FILE }],
  RANGE_WRONG: [{ path: FILE }],
  NOT_A_MODEL_FILE: [{ path: FILE, found: 'a web page' }],
  CONTENT_CHANGED: [{ path: FILE }],
  DIGEST_MISMATCH: [{ path: FILE }],
  INPUT_INVALID: [{ problem: 'ref: missing' }],
  DISK_FULL: [{ neededBytes: 12.4e9, freeBytes: 3.1e9, folder: FOLDER }],
  RULES_DUE: [
    { count: 1, freedBytes: 4e9, rules: 'Old' },
    { count: 3, freedBytes: 40e9, rules: 'Old' },
  ],
  RULES_FOLLOWED: [
    { count: 1, freedBytes: 4e9, rules: 'Old' },
    { count: 3, freedBytes: 40e9, rules: 'Old' },
  ],
  BUDGET_REACHED: [{ neededBytes: 8e9, freeBytes: 3e9, folder: FOLDER }],
  LIBRARY_UNKNOWN: [{ folder: '/media/ada/Disk' }],
  LIBRARY_MISSING: [{ folder: FOLDER }],
  LIBRARY_UNWRITABLE: [{ folder: FOLDER }],
  LIBRARY_IN_USE: [{ folder: FOLDER, pid: 4711 }],
  FILE_NAME_UNSAFE: [{ path: '../model.gguf' }],
  FILE_NAME_COLLISION: [{ path: 'data', other: 'data/model.gguf' }],
  ORIGIN_UNKNOWN: [{ name: FILE }],
  ADOPT_OTHER_DISK: [{ place: `${FOLDER}/${FILE}` }],
  ADOPT_CHANGED: [{ place: `${FOLDER}/${FILE}` }],
  ADOPT_INCOMPLETE: [{ name: REPOSITORY, missing: FILE }],
  ORIGINAL_GONE: [{ place: `${FOLDER}/${FILE}` }],
  STORAGE_LOW: [
    { folder: FOLDER, freeBytes: 8_200_000_000, pendingBytes: 0 },
    { folder: FOLDER, freeBytes: 8_200_000_000, pendingBytes: 4_800_000_000 },
  ],
  FILE_TOO_LARGE: [{ path: `${FOLDER}/${REPOSITORY}/${FILE}` }],
  DISK_UNRELIABLE: [{ path: `${FOLDER}/${REPOSITORY}/${FILE}` }],
  FILE_IN_THE_WAY: [{ path: `${FOLDER}/${REPOSITORY}/${FILE}` }],
  TRASH_UNAVAILABLE: [{ path: `${FOLDER}/${REPOSITORY}/${FILE}` }],
  MODEL_AT_OTHER_REVISION: [{ modelId: `hf:${REPOSITORY}:Q4_K_M`, revision: '7fdc566881dd' }],
  SETTINGS_DAMAGED: [
    { keptAs: 'config.json.damaged-2026-01-31T12-00-00Z', problem: 'downloads.concurrent' },
  ],
  CATALOGUE_INVALID: [{ problem: 'families.0.released: Invalid input' }],
  DOCUMENT_DAMAGED: [
    { name: 'downloads.json', keptAs: 'downloads.json.damaged', recovered: true },
    { name: 'library.json', keptAs: 'library.json.damaged', recovered: false },
  ],
  DATA_FILE_UNUSABLE: [{ name: 'downloads.json', reason: 'EACCES' }],
  SETTING_LOCKED: [{ key: 'hub.endpoint', by: 'the environment variable HF_ENDPOINT' }],
  SECRET_STORE_PLAIN: [{}],
  SECRET_UNREADABLE: [{}],
  MODEL_DAMAGED: [{ name: 'name Q4_K_M', problem: 'Piece 3 of 512 differs.' }],
  MODEL_UNSAFE: [{ name: 'name', problem: `${FILE} would run os.system.` }],
  MODEL_UNKNOWN: [{ modelId: `hf:${REPOSITORY}:Q4_K_M` }],
  ACTION_NOT_POSSIBLE: [{ action: 'pause', state: 'done' }],
  UNAUTHORIZED: [{}],
  ORIGIN_REFUSED: [{}],
  API_PORT_TAKEN: [{ port: 8080 }],
  ROUTE_UNKNOWN: [{ path: '/api/v1/nothing' }],
  MODEL_NOT_READY: [{ model: 'name Q4_K_M', why: 'it is not downloaded' }],
  MODEL_CANNOT: [{ model: 'name Q4_K_M', task: 'embeddings' }],
  RUNTIME_MISSING: [{ model: 'name', format: 'safetensors' }],
  RUNTIME_CRASHED: [{ model: 'name Q4_K_M' }],
  RUNTIME_FAILED: [{ model: 'name Q4_K_M', problem: 'the answer broke off' }],
  RUNTIME_UNREACHABLE: [{ name: 'LM Studio', url: 'http://127.0.0.1:1234' }],
  LOAD_FAILED: [{ model: 'name Q4_K_M', problem: 'its architecture is not known' }],
  MEMORY_SHORT: [{ model: 'name Q4_K_M', neededBytes: 8e9, freeBytes: 3e9 }],
  CONTEXT_OVERFLOW: [{ model: 'name Q4_K_M', tokens: 9000, limit: 8192 }],
  BODY_TOO_LARGE: [{ limitBytes: 20e6 }],
  QUEUE_FULL: [{ limit: 1000 }],
  REQUEST_UNKNOWN: [{ id: 'r-12' }],
  REQUEST_EXPIRED: [{}],
  REQUEST_CANCELLED: [{}],
  INTERNAL: [{ problem: 'x is not a function' }],
};

/** What the window does when the button of an action is pressed. */
const BEHAVIOURS: Readonly<Record<ActionKind, string>> = {
  retry: 'Does the same thing again.',
  'sign-in': 'Asks for an access token, then tries again.',
  'request-access': "Opens the model's page at the hub in the browser.",
  'free-space': 'Shows the library, largest models first; with none to remove, its folder.',
  'choose-library': 'Asks for a folder and makes it the library.',
  'open-folder': "Opens the model's, the library's or the data folder in the file manager.",
  'open-health': 'Shows the model in the health view.',
  'open-settings': 'Shows the settings.',
  'edit-reference': 'Puts the reference into the search box.',
  'search-hub': 'Searches the hub for the name in the reference.',
  'download-again': 'Queues the files that are missing or wrong.',
  'copy-diagnostics': 'Copies the error as JSON, for a report.',
  'allow-plain-text': 'Asks for the token again, and stores it unencrypted after consent.',
  'close-other': 'Reminds to quit the other Larder first.',
};

const CHAPTERS = [
  ['References and repositories', SOURCE_ERRORS],
  ['Asking models', GENERATION_ERRORS],
  ['The network, and the bytes that come over it', TRANSFER_ERRORS],
  ['This computer', LOCAL_ERRORS],
] as const;

const INTRODUCTION = `# Errors

<!-- Written by \`npm run docs:errors\` from src-shared/errors.ts; a test fails when it is stale. -->

Every failure has a code. The window, the local API and the log use the same codes and the same
sentences. Names, numbers and paths in the sentences below are examples.

*Retry* says what trying again is worth:

- **auto**: Larder tries again by itself, as often as \`downloads.attempts\` says;
- **manual**: worth trying again once the cause is gone;
- **never**: the same request gets the same answer.

Over HTTP the answer is \`application/problem+json\`; see [api.md](api.md#errors).`;

export function errorsPage(): string {
  const chapters = CHAPTERS.map(([title, group]) => chapter(title, Object.keys(group)));
  return `${[INTRODUCTION, ...chapters, actionsChapter()].join('\n\n')}\n`;
}

function chapter(title: string, codes: readonly string[]): string {
  return [`## ${title}`, ...codes.map((code) => section(code as ErrorCode))].join('\n\n');
}

function section(code: ErrorCode): string {
  const { title, category, retry, status, actions } = ERRORS[code];
  const sentences = SAMPLES[code].map((params) => `> ${sentenceOf(code, params)}`);
  const buttons = actions.map((kind) => `“${ACTION_LABELS[kind]}”`).join(', ');
  return [
    `### ${code}`,
    `${title}. Category *${category}*, retry *${retry}*, HTTP ${status}.`,
    sentences.join('\n>\n'),
    `Actions: ${buttons || 'none'}.`,
  ].join('\n\n');
}

const sentenceOf = (code: ErrorCode, params: object) => new AppError(code, params as never).message;

function actionsChapter(): string {
  const rows = Object.entries(ACTION_LABELS).map(
    ([kind, label]) => `| \`${kind}\` | ${label} | ${BEHAVIOURS[kind as ActionKind]} |`,
  );
  return [
    '## Actions',
    'What the buttons of an error do in the window. Programs get `kind` and `label`.',
    ['| kind | label | what happens |', '|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}
