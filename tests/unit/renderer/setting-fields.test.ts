import { describe, expect, it } from 'vitest';
import {
  fixedBy,
  labelFrom,
  optionWords,
  SETTING_FIELDS,
  toShown,
  toStored,
} from '../../../src-renderer/format/setting-fields.ts';
import { settingEntries } from '../../../src-shared/settings/schema.ts';

function numberKind(key: string) {
  const kind = SETTING_FIELDS.find((field) => field.key === key)?.kind;
  if (kind?.kind !== 'number') throw new Error(`${key} is not a number`);
  return kind;
}

describe('S4 fields of the settings view', () => {
  it('has a field for every setting of the schema', () => {
    expect(SETTING_FIELDS.map(({ key }) => key)).toEqual(settingEntries().map(({ key }) => key));
  });

  it('shows milliseconds as seconds', () => {
    const kind = numberKind('downloads.stallTimeoutMs');
    expect(kind).toMatchObject({ unit: 's', min: 1, max: 600 });
    expect(toShown(30_000, kind)).toBe(30);
    expect(toStored(1.5, kind)).toBe(1_500);
  });

  it('shows bytes as gigabytes', () => {
    const kind = numberKind('downloads.keepFreeBytes');
    expect(toShown(2 * 10 ** 9, kind)).toBe(2);
    expect(toStored(0.1, kind)).toBe(100_000_000);
  });

  it.each(SETTING_FIELDS.filter(({ kind }) => kind.kind === 'number'))(
    'gives the default of $key back unchanged',
    ({ key, default: value }) => {
      const kind = numberKind(key);
      expect(toStored(toShown(Number(value), kind), kind)).toBe(value);
    },
  );

  it('offers the choices of an enumeration', () => {
    const theme = SETTING_FIELDS.find(({ key }) => key === 'appearance.theme');
    expect(theme?.kind).toEqual({ kind: 'choice', options: ['system', 'light', 'dark'] });
  });

  it('names a setting it has no words for after its key', () => {
    expect(labelFrom('stallTimeoutMs')).toBe('Stall timeout');
    expect(labelFrom('keepFreeBytes')).toBe('Keep free');
  });

  it('says who fixed a value from outside', () => {
    expect(fixedBy('hub.endpoint', 'environment')).toBe('Set by HF_ENDPOINT');
    expect(fixedBy('api.port', 'command-line')).toBe('Set by --api-port');
    expect(fixedBy('hub.endpoint', 'user')).toBeNull();
    expect(fixedBy('hub.endpoint', 'default')).toBeNull();
  });

  it('asks for models where a setting holds models', () => {
    const kinds = new Map(SETTING_FIELDS.map(({ key, kind }) => [key, kind.kind]));
    expect(kinds.get('fallback.preferred')).toBe('models');
    expect(kinds.get('generation.aliases')).toBe('aliases');
    expect(kinds.get('generation.servers')).toBe('texts');
    expect(kinds.get('fallback.remoteUrl')).toBe('text');
  });

  it('shows long times in minutes and hours', () => {
    expect(toShown(86_400_000, numberKind('generation.queueForMs'))).toBe(24);
    expect(numberKind('generation.queueForMs').unit).toBe('h');
    expect(toStored(0.5, numberKind('generation.unloadAfterMs'))).toBe(30_000);
  });

  it('has words for what is meant by an option', () => {
    expect(optionWords('fallback.mode', 'auto')).toBe('Best at hand');
    expect(optionWords('downloads.onBattery', 'go-on')).toBe('Go on');
  });
});
