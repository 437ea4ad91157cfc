/** The name a server gives a file. Pure. @see RFC 6266, RFC 8187 */

/**
 * The last segment of the name in `Content-Disposition`, that in UTF-8 (`filename*`) first; `undefined`
 * when there is none that could be a file's name.
 */
export function nameInDisposition(value: string | undefined): string | undefined {
  const header = value ?? '';
  const extended = /;\s*filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)/i.exec(header);
  const quoted = /;\s*filename\s*=\s*"((?:\\.|[^"\\])*)"/i.exec(header)?.[1];
  const plain = /;\s*filename\s*=\s*([^";\s]+)/i.exec(header)?.[1];
  const decoded = /^utf-8$/i.test(extended?.[1] ?? '') ? decode(extended?.[2] ?? '') : undefined;
  return lastSegment(decoded ?? '') ?? lastSegment(quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
}

/** The last segment of a path of an address, decoded. */
export function nameInPath(pathname: string): string | undefined {
  return lastSegment(decode(pathname) ?? pathname);
}

function lastSegment(path: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are no names
  const name = (path.split(/[/\\]/).at(-1) ?? '').replace(/[\u0000-\u001f\u007f]/g, '').trim();
  return name === '' || name === '.' || name === '..' ? undefined : name;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
