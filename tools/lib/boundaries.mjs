/** The architecture's rules that a machine can check, for any tree laid out like this project. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import swc from '@swc/core';
import { cruise } from 'dependency-cruiser';
import { ROOT } from './paths.mjs';

const SOURCE_FOLDERS = ['src-shared', 'src-main', 'src-preload', 'src-renderer'];

const { parseFileSync } = swc;
/** The cruiser asks its parser for TypeScript without JSX; a file named `.tsx` has some. */
swc.parseFileSync = (file, options) =>
  parseFileSync(file, { ...options, tsx: file.endsWith('.tsx') });

/** Longest allowed, in lines. */
const LINE_LIMITS = [
  { pattern: /^src-main\/main\.ts$/, lines: 60 },
  { pattern: /^src-main\/app\/compose\.ts$/, lines: 200 },
  { pattern: /./, lines: 400 },
];

/**
 * @param {string} root a folder with src-shared, src-main and so on
 * @param {object} [overrides] of the cruise's options
 * @returns {Promise<string[]>} one line for each broken rule; empty when all is well
 */
export async function findBrokenBoundaries(root, overrides = {}) {
  const files = await sourceFiles(root);
  const { modules, summary } = await cruiseFiles(root, files, overrides);
  const cruised = modules.filter((module) => files.includes(module.source)).length;
  const unseen = files.length - cruised;
  return [
    ...(unseen > 0 ? [`cruise-incomplete: ${unseen} of ${files.length} files were not seen`] : []),
    ...summary.violations.map(describe),
    ...(await Promise.all(files.map((file) => brokenInFile(root, file)))).flat(),
  ].sort();
}

async function sourceFiles(root) {
  const lists = await Promise.all(SOURCE_FOLDERS.map((folder) => filesBelow(root, folder)));
  return lists.flat().filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));
}

async function filesBelow(root, folder) {
  try {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

async function cruiseFiles(root, files, overrides) {
  if (files.length === 0) return { modules: [], summary: { violations: [] } };
  const { forbidden, options } = createRequire(import.meta.url)(
    join(ROOT, '.dependency-cruiser.cjs'),
  );
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    files,
    { ...cruiseOptions, ...overrides, baseDir: root, validate: true, ruleSet: { forbidden } },
    enhancedResolveOptions,
  );
  return output;
}

function describe({ rule, from, to, cycle }) {
  const path = cycle ? cycle.map((step) => step.name ?? step) : [to];
  return `${rule.name}: ${[from, ...path].join(' → ')}`;
}

/** The rules about a file by itself. */
async function brokenInFile(root, file) {
  const text = await readFile(join(root, file), 'utf8');
  const lines = text.split('\n').length - 1;
  const limit = LINE_LIMITS.find(({ pattern }) => pattern.test(file)).lines;
  const reachesMain = /^src-renderer\/(?!bridge\/)/.test(file) && /\bwindow\.larder\b/.test(text);
  return [
    ...(lines > limit ? [`file-too-long: ${file} has ${lines} lines of ${limit}`] : []),
    ...(/(^|\/)index\.tsx?$/.test(file) ? [`no-barrels: ${file}`] : []),
    ...(reachesMain ? [`renderer-through-bridge: ${file} uses window.larder`] : []),
  ];
}
