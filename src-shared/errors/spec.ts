/** What is said of one kind of failure. */

export type ErrorCategory =
  | 'network'
  | 'authentication'
  | 'space'
  | 'integrity'
  | 'permission'
  | 'configuration'
  | 'source'
  | 'compatibility'
  | 'memory'
  | 'runtime'
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
  'open-health': 'Show its health',
  'close-other': 'Close the other window',
} as const;

export type ActionKind = keyof typeof ACTION_LABELS;
export interface ErrorSpec<P> {
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

export type None = Record<never, never>;
/** Keeps the type of a message's parameters. */
export const spec = <P = None>(value: ErrorSpec<P>): ErrorSpec<P> => value;
