/**
 * A path a file names, for a place beside it or below.
 * @returns without `./`; `undefined` for what could lead elsewhere or is no path on some system
 */
export function relativePath(text: string): string | undefined {
  const path = text.replace(/^(\.\/)+/, '');
  const isUnsafe =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\\\u0000-\u001f]|^[A-Za-z]:/.test(path) ||
    path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
  return isUnsafe ? undefined : path;
}
