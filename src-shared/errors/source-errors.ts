/** References, and what a hub says of a repository. */
import { type None, spec } from './spec.ts';

export const SOURCE_ERRORS = {
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
} as const;
