/**
 * Whether a path matches a pattern: `*` is anything within a folder, `**` anything at all, `?` one
 * character. A pattern without a slash is compared with the file's name. Takes time proportional to
 * path × pattern at worst. Pure.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const text = pattern.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  const tokens = pattern.match(/\*\*\/?|\*|./gsu) ?? [];
  let places = new Set(openStars(tokens, 0));
  for (const character of text) {
    const next = new Set<number>();
    for (const place of places) {
      for (const reached of step(tokens, place, character)) next.add(reached);
    }
    places = next;
  }
  return places.has(tokens.length);
}

export const isGlob = (text: string) => /[*?]/.test(text);

const isStar = (token: string | undefined) => token?.startsWith('*') ?? false;

/** A star may stand for nothing, so the places behind it are reached as well. */
function openStars(tokens: readonly string[], place: number): number[] {
  const reached = [place];
  for (let at = place; isStar(tokens[at]); at += 1) reached.push(at + 1);
  return reached;
}

function step(tokens: readonly string[], place: number, character: string): number[] {
  const token = tokens[place];
  if (token === undefined) return [];
  if (isStar(token)) return token === '*' && character === '/' ? [] : openStars(tokens, place);
  const isMatch = token === character || (token === '?' && character !== '/');
  return isMatch ? openStars(tokens, place + 1) : [];
}
