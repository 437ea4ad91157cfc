/** References, and what a hub says of a repository. */
import { type None, spec } from './spec.ts';

export const SOURCE_ERRORS = {
  REFERENCE_MALFORMED: spec<{ reference: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Not a model reference',
    message: (p) =>
      `“${p.reference}” is not a model reference; write hf:owner/name or ollama:name, or paste the web address (https) of a model page or file.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  REFERENCE_SECRET: spec<{ host: string; secret: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'The address holds a secret',
    message: (p) =>
      `The address at ${p.host} holds a secret (“${p.secret}”), and addresses are written down; use one without it.`,
    actions: ['edit-reference'],
  }),
  ADDRESS_UNSUPPORTED: spec<{ scheme: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Not a web address',
    message: (p) =>
      `Addresses that begin with ${p.scheme}:// cannot be downloaded; only web addresses can, those that begin with https:// or http://.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  LOCAL_FILE: spec<{ path: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'A file on this computer',
    message: (p) =>
      `“${p.path}” is a place on this computer, and local files cannot be added here yet; only models at a hub or a web address can.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  SOURCE_UNSUPPORTED: spec<{ source: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Source not supported',
    message: (p) =>
      `Models from “${p.source}” cannot be downloaded; those of Hugging Face, Ollama and Civitai can, and files at a web address.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  SEARCH_UNSUPPORTED: spec<{ source: string }>({
    category: 'input',
    retry: 'never',
    status: 400,
    title: 'Nothing to search in',
    message: (p) =>
      `Models of “${p.source}” cannot be searched from here; paste the name or address of one.`,
    actions: ['edit-reference', 'search-hub'],
  }),
  LAYOUT_FOREIGN: spec<{ repository: string }>({
    category: 'source',
    retry: 'never',
    status: 422,
    title: 'No model file in it',
    message: (p) =>
      `“${p.repository}” is not kept as one model file at its hub; only Ollama itself can use it.`,
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
  ORIGIN_UNKNOWN: spec<{ name: string }>({
    category: 'source',
    retry: 'never',
    status: 409,
    title: 'Where it came from is not known',
    message: (p) =>
      `“${p.name}” was found on this computer; nobody knows where it came from, so it cannot be fetched.`,
    actions: ['search-hub'],
  }),
  FILE_NOT_FOUND: spec<{ path: string }>({
    category: 'source',
    retry: 'manual',
    status: 404,
    title: 'File gone at the source',
    message: (p) => `Its source does not have the file “${p.path}”, or no longer.`,
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
  REPOSITORY_ARCHIVED: spec<{ repository: string }>({
    category: 'source',
    retry: 'manual',
    status: 410,
    title: 'Model archived',
    message: (p) => `“${p.repository}” was archived at its hub and cannot be downloaded any more.`,
    actions: ['search-hub'],
  }),
  SIGN_IN_NEEDED: spec<{ host: string }>({
    category: 'authentication',
    retry: 'manual',
    status: 401,
    title: 'Only for signed-in people',
    message: (p) => `${p.host} gives this only to people who are signed in; add an access token.`,
    actions: ['sign-in', 'retry'],
  }),
  EARLY_ACCESS: spec<{ repository: string; until: string | null }>({
    category: 'authentication',
    retry: 'manual',
    status: 403,
    title: 'In early access',
    message: (p) =>
      `“${p.repository}” is in early access${p.until === null ? '' : ` until ${p.until}`}; only who has bought it can download it.`,
    actions: ['request-access', 'sign-in', 'retry'],
  }),
  SIZE_UNKNOWN: spec<{ path: string; host: string }>({
    category: 'source',
    retry: 'manual',
    status: 502,
    title: 'Size not known',
    message: (p) =>
      `${p.host} does not say how large “${p.path}” is, so nothing could tell when it is complete.`,
    actions: ['retry', 'edit-reference'],
  }),
  REDIRECT_REFUSED: spec<{ host: string; target: string }>({
    category: 'source',
    retry: 'manual',
    status: 502,
    title: 'Unsafe redirect',
    message: (p) =>
      `${p.host} leads to ${p.target}, which is less secure or on this computer, so it is not followed.`,
    actions: ['retry', 'edit-reference', 'copy-diagnostics'],
  }),
  TOKEN_INVALID: spec<None>({
    category: 'authentication',
    retry: 'manual',
    status: 401,
    title: 'Access token refused',
    message: () => 'The hub refuses the access token; it may have been revoked or mistyped.',
    actions: ['sign-in', 'retry'],
  }),
} as const;
