/** `node tools/icons.mjs`: draws the PNG icons from their SVG originals (needs `rsvg-convert`). */
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { capture } from './lib/processes.mjs';
import { runTool, Stop } from './lib/say.mjs';

/** On macOS the tray takes a black template in two sizes; elsewhere the coloured picture. */
const ICONS = [
  { from: 'icon.svg', to: 'icon.png', pixels: 512 },
  { from: 'icon.svg', to: 'icon-tray.png', pixels: 16 },
  { from: 'icon.svg', to: 'icon-tray@2x.png', pixels: 32 },
  { from: 'icon-tray.svg', to: 'icon-trayTemplate.png', pixels: 16 },
  { from: 'icon-tray.svg', to: 'icon-trayTemplate@2x.png', pixels: 32 },
];

async function draw({ from, to, pixels }) {
  const assets = join(ROOT, 'assets');
  const size = ['-w', String(pixels), '-h', String(pixels)];
  const args = [...size, '-o', join(assets, to), join(assets, from)];
  const { code, output } = await capture('rsvg-convert', args);
  if (code !== 0) throw new Stop(`${to} could not be drawn: ${output}`);
}

async function main() {
  for (const icon of ICONS) await draw(icon);
  return 0;
}

await runTool(main);
