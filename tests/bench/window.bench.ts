/**
 * The real window over a small library and a large one: from the start to the first rows, memory of the renderer, and
 * how smoothly the table scrolls. Needs a display, and a build. `npm run bench -- window [models] [rounds]`
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { withFolders } from './parts/files.ts';
import { makeLibrary } from './parts/many-models.ts';
import { median } from './parts/measure.ts';

const FEW_MODELS = 10;
const SCROLL_MS = 3_000;
/** As fast as a wheel turns: a hundred rows a second. */
const WHEEL_PX_PER_S = 6_000;

interface Look {
  readonly startMs: number;
  /** After some scrolling with the wheel. */
  readonly rendererMb: number;
  readonly draggedMb: number;
  /** While the handle is dragged from the top to the end: no row of a frame was in the one before. */
  readonly dragFps: number;
  readonly wheelFps: number;
}

async function look(home: string): Promise<Look> {
  const startedAt = performance.now();
  const app = await _electron.launch({
    executablePath: createRequire(import.meta.url)('electron') as string,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      process.cwd(),
      `--user-data-dir=${home}`,
    ],
    env: { ...process.env, HOME: home, HF_ENDPOINT: 'http://127.0.0.1:9' } as Record<
      string,
      string
    >,
  });
  try {
    const page = await app.firstWindow();
    await page
      .getByRole('row', { name: /model-0$/ })
      .first()
      .waitFor();
    const startMs = performance.now() - startedAt;
    const wheelFps = await scroll(page, WHEEL_PX_PER_S);
    const rendererMb = await rendererMbOf(app);
    const dragFps = await scroll(page, Number.POSITIVE_INFINITY);
    return { startMs, rendererMb, wheelFps, dragFps, draggedMb: await rendererMbOf(app) };
  } finally {
    await app.close();
  }
}

/** Frames a second while the table is scrolled from its top, at this speed or else to its end. */
function scroll(page: Page, pxPerSecond: number): Promise<number> {
  return page.evaluate(
    ({ durationMs, pxPerSecond }) =>
      new Promise<number>((resolve) => {
        const all = [...document.querySelectorAll('*')];
        const box = all.find(
          (one) =>
            one.scrollHeight > one.clientHeight + 200 &&
            getComputedStyle(one).overflowY !== 'visible',
        );
        if (!box) return resolve(Number.NaN);
        const end = box.scrollHeight - box.clientHeight;
        const lengthPx = Math.min(end, (pxPerSecond * durationMs) / 1_000);
        const startedAt = performance.now();
        let frames = 0;
        const step = (now: number) => {
          frames += 1;
          const share = (now - startedAt) / durationMs;
          if (share >= 1) return resolve((frames * 1_000) / (now - startedAt));
          box.scrollTop = share * lengthPx;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { durationMs: SCROLL_MS, pxPerSecond },
  );
}

async function rendererMbOf(app: ElectronApplication): Promise<number> {
  const ask = () => app.evaluate(({ app: electron }) => electron.getAppMetrics());
  // What is asked of a main process that tidies up its memory at that moment may be lost.
  const metrics = await ask().catch(ask);
  const renderers = metrics.filter(({ type }) => type === 'Tab');
  return Math.max(...renderers.map(({ memory }) => memory.workingSetSize)) / 1_000;
}

const [models = 10_000, rounds = 3] = process.argv.slice(2).map(Number);
await withFolders(async ({ work }) => {
  const homes = { few: path.join(work, 'few'), many: path.join(work, 'many') };
  makeLibrary(path.join(homes.few, 'library'), FEW_MODELS);
  makeLibrary(path.join(homes.many, 'library'), models);
  const looks = { few: [] as Look[], many: [] as Look[] };
  for (let round = 0; round < rounds; round += 1) {
    looks.few.push(await look(homes.few));
    looks.many.push(await look(homes.many));
  }
  for (const name of ['few', 'many'] as const) {
    const of = (pick: (one: Look) => number) => median(looks[name].map(pick));
    console.info(
      `${name.padEnd(5)} start ${of((one) => one.startMs).toFixed(0)} ms, renderer ${of((one) => one.rendererMb).toFixed(0)} MB, ${of((one) => one.wheelFps).toFixed(0)} frames/s scrolled with the wheel, ${of((one) => one.dragFps).toFixed(0)} dragged, then ${of((one) => one.draggedMb).toFixed(0)} MB`,
    );
  }
  const ratio = median(
    looks.many.map((one, index) => one.startMs / (looks.few[index]?.startMs ?? 1)),
  );
  console.info(`start, ${models} models beside ${FEW_MODELS}: ${ratio.toFixed(2)} (goal < 1.5)`);
});
process.exit(0);
