/** Takes secrets out of text that is logged, thrown or copied into a report. Pure. */

const HIDDEN = '[hidden]';

const SECRET_NAMES =
  'authorization|cookie|set-cookie|password|passwd|secret|signature|policy|key-pair-id|sig|' +
  'token|access[_-]?token|refresh[_-]?token|api[_-]?key|x-amz-[\\w-]+|x-goog-[\\w-]+';

const RULES: readonly (readonly [RegExp, string])[] = [
  // An Authorization header hides the rest of its line: its value may hold spaces.
  [/((?:proxy-)?authorization["']?\s*[:=]\s*)[^\r\n]*/gi, `$1${HIDDEN}`],
  [/\b(bearer|basic)\s+[^\s"'<>]+/gi, `$1 ${HIDDEN}`],
  [/\bhf_[A-Za-z0-9]+/g, `hf_${HIDDEN}`],
  // `user:password@` in an address.
  [/(?<=[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"<>]{1,1000}@/gi, `${HIDDEN}@`],
  // The query and fragment of an address or of a path; signatures live there.
  [/(?<=[^\s"<>?=&:])\?(?=[^\s"<>]*=)[^\s"<>]+/g, `?${HIDDEN}`],
  [new RegExp(`\\b(${SECRET_NAMES})(["']?\\s*[=:]\\s*["']?)[^\\s&"'<>,;]+`, 'gi'), `$1$2${HIDDEN}`],
];

/**
 * The text without tokens, signatures, query strings, passwords in addresses and the home folder.
 * @param homeFolder replaced by `~` wherever it is the beginning of a path
 */
export function redact(text: string, homeFolder = ''): string {
  const cleaned = RULES.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
  return homeFolder.length > 1 ? cleaned.replace(homePattern(homeFolder), '~') : cleaned;
}

/** Names of fields whose value is hidden whole, whatever it looks like. */
export function isSecretName(name: string): boolean {
  return (
    new RegExp(`^(?:proxy-)?(?:${SECRET_NAMES})$`, 'i').test(name) || /token|secret/i.test(name)
  );
}

function homePattern(folder: string): RegExp {
  const parts = folder.split(/[\\/]+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`${parts.join('[\\\\/]+')}(?![\\w.-])`, 'gi');
}
