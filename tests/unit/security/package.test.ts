import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

/** The `electronFuses` block of the packaging configuration, by name. */
function fuses(): Record<string, string> {
  const block =
    /electronFuses:\n((?: {2}\w+: .+\n)+)/.exec(read('electron-builder.yml'))?.[1] ?? '';
  return Object.fromEntries(
    block.split('\n').flatMap((line) => {
      const [, name, value] = /^ {2}(\w+): (\w+)$/.exec(line) ?? [];
      return name && value ? [[name, value]] : [];
    }),
  );
}

describe('S7 what is shipped', () => {
  it('has every fuse set on purpose', () => {
    expect(fuses()).toEqual({
      runAsNode: 'false',
      enableCookieEncryption: 'true',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableEmbeddedAsarIntegrityValidation: 'true',
      onlyLoadAppFromAsar: 'true',
      loadBrowserProcessSpecificV8Snapshot: 'false',
      grantFileProtocolExtraPrivileges: 'false',
    });
  });

  it('runs no install scripts of packages', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('names no address of a package registry in the lock file', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });
});
