import type { UsageEvent } from '../../../src-shared/domain/usage.ts';

const COLUMNS = [
  'startedAt',
  'modelId',
  'revision',
  'task',
  'durationMs',
  'tokens',
  'steps',
  'success',
  'errorCode',
  'fallbackFor',
  'app',
] as const satisfies readonly (keyof UsageEvent)[];

/** As a spreadsheet takes it (RFC 4180): texts that would be read as formulas are quoted with an apostrophe. */
export function toCsv(events: readonly UsageEvent[]): string {
  const rows = events.map((event) => COLUMNS.map((column) => cell(event[column])).join(','));
  return [COLUMNS.join(','), ...rows].map((row) => `${row}\r\n`).join('');
}

function cell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
