/** What can be checked of documents that people write. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../src-shared/contract/events.ts';
import { absolute, allDocs, readDoc } from './doc-files.ts';

const packageJson = JSON.parse(readDoc('package.json')) as {
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
};

/** Targets of Markdown links that are files of this repository, without fragments. */
function fileLinks(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

describe('documents', () => {
  it('are found by this test', () => {
    expect(allDocs()).toContain('README.md');
    expect(fileLinks(readDoc('README.md'))).toContain('docs/user-guide.md');
  });

  it.each(allDocs())('%s links to files that exist', (document) => {
    const broken = fileLinks(readDoc(document)).filter(
      (target) => !existsSync(absolute(join(dirname(document), target))),
    );
    expect(broken).toEqual([]);
  });

  it.each(allDocs())('%s names npm scripts that exist', (document) => {
    const named = [...readDoc(document).matchAll(/npm run ([a-z][a-z:]*)/g)];
    const unknown = named
      .map(([, script = '']) => script)
      .filter((script) => !(script in packageJson.scripts));
    expect(unknown).toEqual([]);
  });

  it('say why each dependency is there, and of no other', () => {
    const record = readDoc('docs/adr/0001-dependencies.md');
    const explained = [...record.matchAll(/^- `([^`]+)`:/gm)].map(([, name]) => name);
    const used = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies });
    expect(explained.sort()).toEqual(used.sort());
  });

  it('name every event of the contract', () => {
    const page = readDoc('docs/api.md');
    expect(EVENT_TYPES.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
  });
});
