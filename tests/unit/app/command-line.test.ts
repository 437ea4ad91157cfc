import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src-main/app/command-line.ts';

const parse = (...args: string[]) => parseCommandLine(args, '/work');

describe('the command line', () => {
  it('takes folders, relative ones from where it was typed', () => {
    expect(parse('--user-data-dir=data', '--library=/models')).toMatchObject({
      userDataDir: '/work/data',
      library: '/models',
      problems: [],
    });
  });

  it('takes the switches, and a port asks for the API', () => {
    expect(parse('--headless', '--hidden', '--api-port=0')).toMatchObject({
      headless: true,
      hidden: true,
      api: true,
      apiPort: 0,
    });
  });

  it.each(['--api-port=x', '--api-port=65536', '--library', '--user-data-dir='])(
    'says in one sentence what is wrong with %s',
    (argument) => {
      const { problems } = parse(argument);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^--[a-z-]+ needs .+\.$/);
    },
  );

  it('leaves other arguments alone, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (args) => {
        const { apiPort, library } = parseCommandLine(args, '/work');
        expect(apiPort === undefined || apiPort <= 65_535).toBe(true);
        expect(library === undefined || library.startsWith('/')).toBe(true);
      }),
    );
  });
});
