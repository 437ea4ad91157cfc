import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findBrokenBoundaries } from '../../../tools/lib/boundaries.mjs';

type Tree = Readonly<Record<string, string>>;

const SOUND: Tree = {
  'src-shared/errors.ts': "import { z } from 'zod';\nexport const code = z.string();\n",
  'src-main/main.ts': "import { app } from 'electron';\nimport './app/compose.ts';\nvoid app;\n",
  'src-main/app/compose.ts':
    "import type { App } from 'electron';\nimport { start } from '../engines/health/health.ts';\nexport const compose = (app: App) => start(app);\n",
  'src-main/engines/ports.ts': 'export interface Clock { readonly now: () => number }\n',
  'src-main/engines/health/health.ts':
    "import type { Clock } from '../ports.ts';\nexport const start = (_: unknown, clock?: Clock) => clock;\n",
  'src-main/engines/updates/updates.ts': 'export interface Update { readonly id: string }\n',
  'src-main/stores/library.ts': 'export const library = 1;\n',
  'src-main/platform/electron-power.ts':
    "import { powerMonitor } from 'electron';\nexport const power = powerMonitor;\n",
  'src-main/transports/ipc.ts':
    "import { ipcMain } from 'electron';\nexport const ipc = ipcMain;\n",
  'src-preload/preload.ts':
    "import { contextBridge } from 'electron';\nimport { code } from '../src-shared/errors.ts';\ncontextBridge.exposeInMainWorld('larder', { code });\n",
  'src-renderer/bridge/client.ts': 'export const client = () => window.larder;\n',
  'src-renderer/stores/models.ts': 'export const models = 1;\n',
  'src-renderer/views/models/models-view.ts':
    "import { models } from '../../stores/models.ts';\nexport const view = models;\n",
};

/** Each rule with one file that breaks it and nothing else. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['shared-is-pure', 'src-shared/file.ts', "import 'node:fs';\n"],
  [
    'shared-is-pure',
    'src-shared/page.ts',
    "import type { FC } from 'react';\nexport type X = FC;\n",
  ],
  ['electron-at-the-edge', 'src-main/stores/x.ts', "import { app } from 'electron';\nvoid app;\n"],
  [
    'electron-at-the-edge',
    'src-main/engines/health/x.ts',
    "import type { App } from 'electron';\nexport type X = App;\n",
  ],
  ['electron-at-the-edge', 'src-main/transports/http/x.ts', "void import('electron');\n"],
  ['engines-apart', 'src-main/engines/health/x.ts', "import '../updates/updates.ts';\n"],
  [
    'engines-apart',
    'src-main/engines/health/x.ts',
    "import type { Update } from '../updates/updates.ts';\nexport type X = Update;\n",
  ],
  ['engines-on-ports', 'src-main/engines/health/x.ts', "import '../../stores/library.ts';\n"],
  ['engines-on-ports', 'src-main/engines/ports.ts', "import '../platform/electron-power.ts';\n"],
  ['no-barrels', 'src-main/stores/index.ts', "export * from './library.ts';\n"],
  ['renderer-on-contract', 'src-renderer/x.ts', "import '../src-main/stores/library.ts';\n"],
  ['renderer-without-node', 'src-renderer/x.ts', "import 'node:path';\n"],
  ['renderer-through-bridge', 'src-renderer/stores/x.ts', 'void window.larder;\n'],
  ['components-take-props', 'src-renderer/components/x.ts', "import '../stores/models.ts';\n"],
  ['main-without-window', 'src-main/x.ts', "import '../src-renderer/stores/models.ts';\n"],
  ['preload-on-contract', 'src-preload/x.ts', "import '../src-main/stores/library.ts';\n"],
  ['program-without-tests', 'src-main/x.ts', "import '../tests/x.ts';\n"],
  ['no-circles', 'src-main/x.ts', "import './x.ts';\nexport const a = 1;\n"],
  ['resolvable', 'src-main/x.ts', "import './nowhere.ts';\n"],
  ['file-too-long', 'src-main/app/compose.ts', '\n'.repeat(201)],
];

async function writeTree(tree: Tree): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'larder-boundaries-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await symlink(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries({ ...tree, 'tests/x.ts': 'export {};\n' })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

test('a tree that keeps every rule has no broken boundaries', async () => {
  expect(await findBrokenBoundaries(await writeTree(SOUND))).toEqual([]);
});

test.each(VIOLATIONS)('%s is broken by %s', async (rule, file, source) => {
  const broken = await findBrokenBoundaries(await writeTree({ ...SOUND, [file]: source }));
  expect([...new Set(broken.map((line) => line.split(':')[0]))]).toEqual([rule]);
});

test('every rule of the configuration is broken by one of these examples', async () => {
  const { default: config } = await import('../../../.dependency-cruiser.cjs');
  const names = config.forbidden?.map((rule) => rule.name) ?? [];
  const shown = new Set<string | undefined>(VIOLATIONS.map(([rule]) => rule));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !shown.has(name))).toEqual([]);
});

test('a file that cannot be parsed stops the check', async () => {
  const root = await writeTree({ ...SOUND, 'src-main/x.ts': 'export const = ;\n' });
  await expect(findBrokenBoundaries(root)).rejects.toThrow('src-main/x.ts');
});

test('files the cruise leaves out are reported, not taken for a clean result', async () => {
  const root = await writeTree(SOUND);
  const broken = await findBrokenBoundaries(root, { exclude: { path: '^src-renderer/' } });
  expect(broken).toEqual(['cruise-incomplete: 3 of 13 files were not seen']);
});
