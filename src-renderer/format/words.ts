/** Small wordings of the window that the shared formats do not have. Pure. */

const COUNT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `1.2M`, `340K`, `12`. */
export const formatCount = (count: number) => COUNT.format(count);

/** `1 file`, `3 files`. */
export const counted = (count: number, noun: string) =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

export const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const shortCommit = (revision: string) => revision.slice(0, 7);

const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const DAY_MS = 86_400_000;

/** `today`, `yesterday`, `3 weeks ago`. */
export function formatAgo(iso: string, now: number): string {
  const days = Math.max(0, Math.floor((now - Date.parse(iso)) / DAY_MS));
  if (days < 14) return AGO.format(-days, 'day');
  if (days < 60) return AGO.format(-Math.floor(days / 7), 'week');
  if (days < 730) return AGO.format(-Math.floor(days / 30), 'month');
  return AGO.format(-Math.floor(days / 365), 'year');
}

/** A day of the calendar, `2026-01-31`, as `31 January 2026`. */
export const formatDay = (day: string) =>
  new Date(day).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** The tasks people look for, by the hub's names for them. */
export const TASKS: Readonly<Record<string, string>> = {
  'text-generation': 'Chat and writing',
  'image-text-to-text': 'Chat about images',
  'text-to-image': 'Images from text',
  'image-to-image': 'Change images',
  'text-to-video': 'Video from text',
  'automatic-speech-recognition': 'Speech to text',
  'text-to-speech': 'Text to speech',
  'feature-extraction': 'Embeddings',
  'sentence-similarity': 'Similar texts',
  'text-ranking': 'Ranking texts',
  translation: 'Translation',
  summarization: 'Summaries',
  'image-to-text': 'Describe images',
  'any-to-any': 'Any to any',
};

export const taskWords = (task: string) => TASKS[task] ?? sentenceCase(task.replaceAll('-', ' '));
