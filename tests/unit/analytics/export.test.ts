import { expect, it } from 'vitest';
import { toCsv } from '../../../src-main/engines/analytics/export.ts';
import { use } from './usage-builders.ts';

it('R8.2 uses as a table: one line each, no formulas, quotes where they are needed', () => {
  const events = [
    use('hf:a/b', '2026-01-05T10:00:00.000Z', { tokens: 5, app: 'x, "y"' }),
    use('=HYPERLINK("http://evil")', '2026-01-06T10:00:00.000Z', {
      success: false,
      errorCode: 'X',
    }),
  ];
  expect(toCsv(events).split('\r\n')).toEqual([
    'startedAt,modelId,revision,task,durationMs,tokens,steps,success,errorCode,fallbackFor,app',
    '2026-01-05T10:00:00.000Z,hf:a/b,,,1000,5,,true,,,"x, ""y"""',
    `2026-01-06T10:00:00.000Z,"'=HYPERLINK(""http://evil"")",,,1000,,,false,X,,`,
    '',
  ]);
});
