/** The composed application with its gateway open over one model server. Serves until its input ends. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { composeHere } from './composed.ts';

const NS_PER_MS = 1e6;

/** A line `measure` begins to watch the main thread, a line `tell` prints what was seen. */
export async function gatewayRun(folder: string, serverUrl: string): Promise<void> {
  const { larder, value } = await composeHere(folder);
  await value('settings.patch', {
    api: { enabled: true },
    generation: { findServers: false, servers: [serverUrl] },
  });
  await larder.start();
  await value('runtimes.refresh', {});
  const { url, token } = JSON.parse(readFileSync(path.join(folder, 'api.json'), 'utf8')) as {
    url: string;
    token: string;
  };
  const say = (facts: object) => process.stdout.write(`${JSON.stringify(facts)}\n`);
  say({ url, token });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'measure') {
      globalThis.gc?.();
      delay.reset();
      delay.enable();
    } else {
      delay.disable();
      globalThis.gc?.();
      say({
        loopP99Ms: delay.percentile(99) / NS_PER_MS,
        rssBytes: process.memoryUsage().rss,
      });
    }
  }
  await larder.stop();
}
