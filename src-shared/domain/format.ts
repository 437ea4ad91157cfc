/** Numbers as people read them. Pure, and the same in the window, in messages and in the API. */

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units with three significant digits: `999 bytes`, `1.50 MB`, `12.3 GB`, `100 TB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${Math.round(value)} ${Math.round(value) === 1 ? 'byte' : 'bytes'}`;
  const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(decimals)} ${UNITS[unit]}`;
}

/** `12.3 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** The two largest units, rounded up, so that a countdown never promises too little: `1 h 5 min`, `8 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return seconds < 600 ? shortMinutes(seconds) : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

function shortMinutes(seconds: number): string {
  const rest = seconds % 60;
  return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** A rate somebody chose, without decimals that say nothing: `2 MB/s`, `1.5 MB/s`. */
export function formatLimit(bytesPerSecond: number): string {
  return formatRate(bytesPerSecond).replace(/(\.\d*?)0+ /, (_, digits) =>
    digits === '.' ? ' ' : `${digits} `,
  );
}

interface RoughUnit {
  readonly name: string;
  readonly ms: number;
  /** Numbers are multiples of this. */
  readonly step: number;
  /** Durations below it are told in this unit. */
  readonly belowMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS: RoughUnit = { name: 'days', ms: DAY_MS, step: 1, belowMs: Number.POSITIVE_INFINITY };
const ROUGH_UNITS: readonly RoughUnit[] = [
  { name: 's', ms: 1000, step: 5, belowMs: MINUTE_MS },
  { name: 'min', ms: MINUTE_MS, step: 1, belowMs: 90 * MINUTE_MS },
  { name: 'h', ms: HOUR_MS, step: 1, belowMs: 2 * DAY_MS },
  DAYS,
];

/** Between two durations, in one unit: `4–10 min`; one number, rounded up, when they are the same: `2 h`. */
export function formatDurationRange(fromMs: number, toMs: number): string {
  const { name, ms, step } = ROUGH_UNITS.find(({ belowMs }) => toMs < belowMs) ?? DAYS;
  const from = Math.max(step, Math.floor(fromMs / ms / step) * step);
  const to = Math.max(step, Math.ceil(toMs / ms / step) * step);
  return from >= to || fromMs === toMs ? `${to} ${name}` : `${from}–${to} ${name}`;
}

/**
 * A moment to come as people say it, in the time zone of the computer: `22:00`, `tomorrow 07:00`,
 * `Monday 07:00`, `3 March 07:00`.
 */
export function formatMoment(iso: string, now: number): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const days = Math.round((startOfDay(date) - startOfDay(new Date(now))) / DAY_MS);
  if (days === 0) return time;
  if (days === 1) return `tomorrow ${time}`;
  const day: Intl.DateTimeFormatOptions =
    days > 1 && days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' };
  return `${date.toLocaleDateString('en-GB', day)} ${time}`;
}

const startOfDay = (date: Date) =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
