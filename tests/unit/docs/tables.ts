/** Tables of the documents that follow from the contract and the settings. Pure. */
import { OPERATION_NAMES, OPERATIONS } from '../../../src-shared/contract/operations.ts';
import { settingEntries } from '../../../src-shared/settings/schema.ts';

export function operationsTable(): string {
  const rows = OPERATION_NAMES.map((name) => {
    const { http, doc } = OPERATIONS[name];
    return `| \`${http.method} ${http.path}\` | \`${name}\` | ${doc} |`;
  });
  return ['| method and path | operation | what it does |', '|---|---|---|', ...rows].join('\n');
}

function shownDefault(value: unknown): string {
  if (value === '') return 'empty';
  if (Array.isArray(value) && value.length === 0) return 'none';
  return `\`${String(value)}\``;
}

export function settingsTable(): string {
  const rows = settingEntries().map(({ key, field }) => {
    const { description, unit } = field.meta;
    const shown = shownDefault(field.value);
    const measure = unit === 'ms' || unit === 'bytes' ? ` ${unit}` : '';
    return `| \`${key}\` | ${shown}${measure} | ${description} |`;
  });
  return ['| setting | default | what it does |', '|---|---|---|', ...rows].join('\n');
}
