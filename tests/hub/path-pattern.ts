/**
 * Tells whether a file (`namespace/name/folder/file`) or a request path matches a pattern.
 *
 * `*` stands for anything within one segment, `**` for anything at all. A pattern without a slash
 * is compared with the last segment, so `model.gguf` or `*.gguf` names a file wherever it is.
 */
export function createPathMatcher(pattern: string): (path: string) => boolean {
  const expression = new RegExp(
    `^${pattern
      .split(/(\*\*|\*)/)
      .map(translate)
      .join('')}$`,
  );
  if (pattern === '**' || pattern.includes('/')) return (path) => expression.test(path);
  return (path) => expression.test(path.slice(path.lastIndexOf('/') + 1));
}

function translate(part: string): string {
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
