/** What must not stand anywhere in the source, whoever writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const SOURCE = ['src-main', 'src-preload', 'src-renderer', 'src-shared'].flatMap(filesBelow);
const TESTS = filesBelow('tests');

function filesWith(pattern: RegExp, files: readonly string[]): string[] {
  return files.filter((file) =>
    pattern.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))),
  );
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

describe('the source', () => {
  it('is what this test looks at', () => {
    expect(SOURCE).toContain('src-main/transports/ipc.ts');
    expect(filesWith(/ipcMain/, SOURCE)).toContain('src-main/transports/ipc.ts');
  });

  it.each([
    ['switches off web security', /webSecurity\s*:\s*false/],
    ['allows insecure content', /allowRunningInsecureContent/],
    ['gives pages Node', /nodeIntegration\w*\s*:\s*true/],
    ['joins the worlds of preload and page', /contextIsolation\s*:\s*false/],
    ['switches off the sandbox', /sandbox\s*:\s*false|appendSwitch\(\s*.no-sandbox/],
    ['enables engine features', /enableBlinkFeatures|experimentalFeatures\s*:\s*true/],
    ['allows webviews', /webviewTag\s*:\s*true/],
    ['uses the remote module', /@electron\/remote/],
    ['runs text as code', /\beval\s*\(|new Function\s*\(/],
    ['writes raw HTML into a page', /dangerouslySetInnerHTML|\.(inner|outer)HTML\s*=/],
  ])('never %s', (_, pattern) => {
    expect(filesWith(pattern, SOURCE)).toEqual([]);
  });

  it('talks to the main process in the preload only', () => {
    const others = SOURCE.filter((file) => !file.startsWith('src-preload/'));
    expect(filesWith(/\bipcRenderer\b/, others)).toEqual([]);
  });

  it('answers the windows in one file only', () => {
    expect(filesWith(/\bipcMain\b/, SOURCE)).toEqual(['src-main/transports/ipc.ts']);
  });

  it('is tested without module mocks', () => {
    const mock = new RegExp(['vi', '(mock|doMock)\\('].join('\\.'));
    expect(filesWith(mock, [...SOURCE, ...TESTS])).toEqual([]);
  });
});
