/** `npm run audit:verify -- FILE`: whether an audit log is as it was written. Exit code 1 when it is not. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies } from './lib/dependencies.mjs';
import { OUT, ROOT } from './lib/paths.mjs';
import { runTool, Stop } from './lib/say.mjs';

async function main() {
  const [file] = process.argv.slice(2);
  if (!file) throw new Stop('name an audit.log');
  await ensureDependencies();
  const { bundleForNode } = await import('./lib/bundle.mjs');
  const outDir = join(OUT, 'audit');
  /** @param {string} name */
  const source = (name) => join(ROOT, 'src-main', 'stores', `${name}.ts`);
  const names = ['audit-chain', 'audit-log'];
  await bundleForNode(Object.fromEntries(names.map((name) => [name, source(name)])), { outDir });
  /** @param {string} name */
  const load = (name) => import(pathToFileURL(join(outDir, `${name}.js`)).href);
  const [{ verifyAudit }, { readHead }] = [await load('audit-chain'), await load('audit-log')];
  const verdict = verifyAudit(await readFile(file, 'utf8'), await readHead(file));
  if (verdict.intact) {
    console.info(`intact, ${verdict.entries} entries`);
    return 0;
  }
  console.info(`line ${verdict.line}: ${verdict.problem}`);
  return 1;
}

await runTool(main);
