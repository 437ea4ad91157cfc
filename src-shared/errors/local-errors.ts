/** This computer: disk, library, data files, and calls of the local API. */
import { formatBytes } from '../domain/format.ts';
import { type None, spec } from './spec.ts';

const withoutStop = (sentence: string) => sentence.replace(/\.$/, '');

export const LOCAL_ERRORS = {
  INPUT_INVALID: spec<{ problem: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Invalid input',
    message: (p) => `The request is not valid: ${p.problem}.`,
    actions: [],
  }),
  DISK_FULL: spec<{ neededBytes: number; freeBytes: number; folder: string }>({
    category: 'space',
    retry: 'manual',
    status: 507,
    title: 'Not enough space',
    message: (p) =>
      `${formatBytes(p.neededBytes)} are needed in ${p.folder}, and ${formatBytes(p.freeBytes)} are free for it beside the space that Larder keeps free.`,
    actions: ['free-space', 'retry', 'choose-library', 'open-folder', 'open-settings'],
  }),
  STORAGE_LOW: spec<{ folder: string; freeBytes: number; pendingBytes: number }>({
    category: 'space',
    retry: 'never',
    status: 507,
    title: 'Little space is left',
    message: (p) =>
      `${formatBytes(p.freeBytes)} are free in ${p.folder}${
        p.pendingBytes > 0
          ? `, and downloads still need ${formatBytes(p.pendingBytes)} of them`
          : ''
      }.`,
    actions: ['free-space', 'open-settings'],
  }),
  RULES_DUE: spec<{ count: number; freedBytes: number; rules: string }>({
    category: 'space',
    retry: 'never',
    status: 507,
    title: 'Models may go by your rules',
    message: (p) =>
      `${p.count === 1 ? '1 model falls' : `${p.count} models fall`} under your rules (${p.rules}); letting go of them frees ${formatBytes(p.freedBytes)}.`,
    actions: ['free-space'],
  }),
  RULES_FOLLOWED: spec<{ count: number; freedBytes: number; rules: string }>({
    category: 'space',
    retry: 'never',
    status: 507,
    title: 'Your rules were followed',
    message: (p) =>
      `${p.count === 1 ? '1 model was' : `${p.count} models were`} moved to the trash by your rules (${p.rules}): ${formatBytes(p.freedBytes)}.`,
    actions: ['open-settings'],
  }),
  BUDGET_REACHED: spec<{ neededBytes: number; freeBytes: number; folder: string }>({
    category: 'space',
    retry: 'auto',
    status: 507,
    title: 'Budget of the library reached',
    message: (p) =>
      `${formatBytes(p.neededBytes)} are needed, but the budget of the library ${p.folder} leaves ${formatBytes(p.freeBytes)}.`,
    actions: ['free-space', 'retry'],
  }),
  LIBRARY_UNKNOWN: spec<{ folder: string }>({
    category: 'configuration',
    retry: 'never',
    status: 404,
    title: 'No such library',
    message: (p) => `${p.folder} is none of the libraries that Larder knows.`,
    actions: [],
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
  FILE_TOO_LARGE: spec<{ path: string }>({
    category: 'space',
    retry: 'manual',
    status: 507,
    title: 'File too large for this disk',
    message: (p) =>
      `“${p.path}” is larger than a file can be on this disk, as on sticks formatted as FAT32 (4 GB); choose a folder on another.`,
    actions: ['choose-library', 'open-folder', 'retry'],
  }),
  DISK_UNRELIABLE: spec<{ path: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 500,
    title: 'The disk changes what is written',
    message: (p) =>
      `“${p.path}” was read back different from what was written to it, again and again; the disk, its cable or the memory may be failing.`,
    actions: ['choose-library', 'retry', 'open-folder', 'copy-diagnostics'],
  }),
  ADOPT_OTHER_DISK: spec<{ place: string }>({
    category: 'configuration',
    retry: 'manual',
    status: 409,
    title: 'On another disk',
    message: (p) =>
      `“${p.place}” lies on another disk than the library, or on one without links, so it could only be copied.`,
    actions: ['choose-library', 'open-folder'],
  }),
  ADOPT_CHANGED: spec<{ place: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 409,
    title: 'Not what it is said to be',
    message: (p) => `“${p.place}” is not the file its program says it is; it was left alone.`,
    actions: ['open-folder'],
  }),
  ADOPT_INCOMPLETE: spec<{ name: string; missing: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 409,
    title: 'Not complete',
    message: (p) => `${p.name} lacks ${p.missing} where it was found, so it was left alone.`,
    actions: ['open-folder', 'search-hub'],
  }),
  ORIGINAL_GONE: spec<{ place: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 409,
    title: 'The original is gone',
    message: (p) =>
      `“${p.place}” is no longer there or was changed, so the library has the only copy; remove the model instead.`,
    actions: ['open-folder'],
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
    title: 'No trash here',
    message: (p) =>
      `“${p.path}” could not be moved to the trash; it can be deleted for good instead.`,
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
  CATALOGUE_INVALID: spec<{ problem: string }>({
    category: 'configuration',
    retry: 'manual',
    status: 500,
    title: 'Your catalogue of models cannot be used',
    message: (p) =>
      `catalogue.json was left aside (${p.problem}); what Larder knows of models by itself holds.`,
    actions: ['open-folder', 'copy-diagnostics'],
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
  MODEL_DAMAGED: spec<{ name: string; problem: string }>({
    category: 'integrity',
    retry: 'manual',
    status: 409,
    title: 'Model damaged',
    message: (p) => `${p.name} is damaged: ${withoutStop(p.problem)}.`,
    actions: ['open-health'],
  }),
  MODEL_UNSAFE: spec<{ name: string; problem: string }>({
    category: 'integrity',
    retry: 'never',
    status: 409,
    title: 'Model not safe to load',
    message: (p) => `${p.name} was put into quarantine: ${withoutStop(p.problem)}.`,
    actions: ['open-health'],
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
} as const;
