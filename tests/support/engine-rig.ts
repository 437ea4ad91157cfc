/** The real download engine against the local hub, both ended with their test. */
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Hub, type HubOptions, startHub } from '../hub/hub.ts';
import { type EngineOptions, openEngine } from './engine-parts.ts';
import { temporaryFolder } from './folders.ts';

export { isDone, isFailed, isSettled } from './engine-parts.ts';

export type EngineRigOptions = HubOptions & Partial<Omit<EngineOptions, 'hubUrl' | 'certificate'>>;

export async function startHubForTest(options: HubOptions): Promise<Hub> {
  const hub = await startHub(options);
  onTestFinished(() => hub.close());
  return hub;
}

/** A library with an engine over it; started again on the same folder, it finds what the last one left. */
export async function startEngine(hub: Hub, options: Partial<EngineRigOptions> = {}) {
  const folder = options.folder ?? path.join(await temporaryFolder(), 'library');
  const { certificate } = hub;
  const engine = await openEngine({ ...options, folder, hubUrl: hub.url, certificate });
  onTestFinished(engine.stop);
  return engine;
}
