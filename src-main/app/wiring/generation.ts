/** Runtimes, the requests that go to them, and those that wait, joined to the library and the statistics. */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { OperationHandlers } from '../../../src-shared/contract/operations.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Manifest, ModelStatus } from '../../../src-shared/domain/model.ts';
import { modelIdOf, parseReference } from '../../../src-shared/domain/reference.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { abortable } from '../../engines/abortable.ts';
import type { Analytics } from '../../engines/analytics/analytics.ts';
import { waitEtaMs } from '../../engines/generation/eta.ts';
import { createGeneration, type GenerationPorts } from '../../engines/generation/generation.ts';
import type { RunnableModel, Runtime, Use } from '../../engines/generation/ports.ts';
import { createRequests } from '../../engines/generation/requests.ts';
import {
  createNameIndex,
  type KnownNames,
  type NameIndex,
  resolveName,
} from '../../engines/generation/resolve-name.ts';
import { createWaitingRoom, type WaitingRequest } from '../../engines/generation/waiting-room.ts';
import type { Health } from '../../engines/health/health.ts';
import type { Clock, Hardware, Log, Publish } from '../../engines/ports.ts';
import type { Catalog } from '../../library/catalog.ts';
import { parseJob } from '../../operations/generation.ts';
import type { AgentsFor } from '../../platform/agents.ts';
import { createAskServer } from '../../platform/model-server.ts';
import { ollamaAddress } from '../../platform/neighbours.ts';
import { startNodeProcess } from '../../platform/node-process.ts';
import { workerUrl } from '../../platform/worker-url.ts';
import { createLlamaRuntime, type LlamaSettings } from '../../runtimes/llama/llama-runtime.ts';
import { createFindServers, trimmed } from '../../runtimes/openai/find-servers.ts';
import { createServerRuntime, type ServerRuntime } from '../../runtimes/openai/openai-runtime.ts';
import type { openRequestDocuments } from '../../stores/request-documents.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { EventBus } from '../../transports/events.ts';
import type { Machine } from '../surroundings.ts';

export interface GenerationWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly publish: Publish;
  readonly settings: SettingsStore;
  readonly machine: Machine;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly agentsFor: AgentsFor;
  readonly waitingRequests: Awaited<ReturnType<typeof openRequestDocuments<WaitingRequest>>>;
  readonly catalog: Pick<Catalog, 'list' | 'view' | 'find' | 'looked'>;
  readonly manifestOf: (modelId: string) => Manifest | undefined;
  readonly download: (modelId: string) => Download | undefined;
  readonly health: Pick<Health, 'noteGeneration'>;
  readonly analytics: Pick<Analytics, 'record'>;
  readonly fallback: GenerationPorts['fallback'];
  readonly loadOrMend: GenerationPorts['loadOrMend'];
  readonly ensure: OperationHandlers['models.ensure'];
  readonly hardware: () => Promise<Hardware>;
  readonly apiUrl: () => string | null;
  /** Servers came or went, or offer other models. */
  readonly runtimesChanged: () => void;
}

/** What can be done for a model that does not find room; `false` where nothing is left to do. */
export interface Relief {
  unloadOthers(modelId: string | null): Promise<boolean>;
  /** From its next load on, until the program ends. @returns takes it back */
  halveContext(modelId: string): (() => void) | false;
  avoidGraphics(modelId: string): (() => void) | false;
}

/** Tokens; less is of no use to anyone. */
const LEAST_CONTEXT = 1_024;

export function createAsking(wiring: GenerationWiring) {
  const { bus, catalog, clock, log, settings, waitingRequests } = wiring;
  const values = () => settings.get().values;
  const told = tellOfRuntimes(wiring, () => [llama, ...servers.list()]);
  const { llama, servers, remote, relief } = createRuntimes(wiring, {
    changed: () => {
      waiting.look();
      wiring.runtimesChanged();
      told.soon();
    },
    llamaChanged: told.soon,
  });
  const requests = createRequests({ clock, publish: wiring.publish, newId: randomUUID });
  const loadTimes = new Map<string, number>();
  const indexOf = createIndexCache(wiring);

  const served = () =>
    servers
      .list()
      .flatMap((runtime) =>
        runtime.info().state === 'ready'
          ? runtime.models().map((name) => ({ id: servedId(runtime, name), name, runtime }))
          : [],
      );

  function model(id: string): RunnableModel | null {
    const offered = served().find((one) => one.id === id);
    if (offered) return { kind: 'served', id, runtimeId: offered.runtime.id, name: offered.name };
    if (!wiring.manifestOf(id)) return null;
    const status = catalog.view(id);
    return status.availability === 'available' ? { kind: 'library', id, status } : null;
  }

  const names = (): KnownNames => ({
    aliases: values().generation.aliases,
    index: indexOf(),
    served: served(),
    availability: (id) => (wiring.manifestOf(id) ? catalog.view(id).availability : 'missing'),
    idOfReference,
  });

  const outlook = (modelId: string) => outlookOf(wiring.download(modelId), loadTimes.get(modelId));

  const generation = createGeneration({
    ...{ clock, log, requests, model, remote },
    fallback: wiring.fallback,
    waiting: () => waiting,
    names,
    runtimes: () => [llama, ...servers.list()],
    loadOrMend: async (request) => {
      const loaded = await wiring.loadOrMend(request);
      if (loaded.kind === 'loaded' && loaded.value.loadMs > 0) {
        loadTimes.set(request.modelId, loaded.value.loadMs);
      }
      return loaded;
    },
    ensure: async (modelId, maxWaitMs, signal) => {
      const { model: found } = await abortable(wiring.ensure({ modelId, maxWaitMs }), signal);
      return found.availability === 'available' ? found.id : null;
    },
    outlook,
    used: (use) => noteUse(wiring, use),
    settings: () => values().fallback,
  });

  const waiting = createWaitingRoom({
    ...{ clock, log, requests },
    document: waitingRequests.list,
    bodies: waitingRequests.bodies,
    settings: () => values().generation,
    canAnswer: generation.canAnswer,
    outlook,
    fetch: async (modelId, priority) => {
      const { model: found } = await wiring.ensure({ modelId, maxWaitMs: 0, priority });
      return found.id;
    },
    run: (record, request, body) =>
      generation.runWaiting(record, request, parseJob(request.kind, body)),
  });

  const stopHearing = bus.subscribe((event) => {
    if (event.type === 'settings.changed') void servers.look();
    if (event.type !== 'model.status') return;
    const { modelId, model: status } = event.data;
    if (status?.availability === 'available') waiting.look();
    else llama.drop(modelId, goneError(status?.name ?? modelId));
  });

  /** The model that a name means: of several the first that can answer. */
  const resolve = (name: string): string => {
    const { candidates } = resolveName(name, names());
    return candidates.find(generation.canAnswer) ?? candidates[0] ?? name;
  };

  /** Everything that would answer now: aliases, models of the library, models of servers. */
  function answerable() {
    const here = catalog.list().filter(({ id }) => generation.canAnswer(id));
    const aliases = values().generation.aliases.filter(({ models }) =>
      models.some((one) => generation.canAnswer(one)),
    );
    const now = clock.now();
    return [
      ...aliases.map(({ name }) => ({ id: name, createdAt: now, owner: 'larder' })),
      ...here.map(({ id, installedAt }) => ({
        id,
        createdAt: Date.parse(installedAt ?? '') || now,
        owner: 'larder',
      })),
      ...served().map(({ id, runtime }) => ({ id, createdAt: now, owner: runtime.name })),
    ];
  }

  return {
    generation,
    requests,
    waiting,
    answerable,
    /** Whether the runtime inside Larder could run a model, were its files here. */
    canRun: (status: ModelStatus) => llama.canRun({ kind: 'library', id: status.id, status }).runs,
    offered: () => served().map(({ id, name }) => ({ id, name })),
    resolve,
    relief,
    runtimes: {
      list: () => [llama, ...servers.list()].map((runtime) => runtime.info()),
      look: servers.look,
      unload: llama.unload,
    },
    gateway: {
      resolve,
      models: answerable,
      ask: async (call: Parameters<typeof generation.ask>[0]) => {
        await catalog.looked();
        return generation.ask(call);
      },
    },
    start: (): void => {
      servers.start();
      void catalog.looked().then(waiting.restore);
    },
    close: async (): Promise<void> => {
      stopHearing();
      told.close();
      waiting.close();
      generation.close();
      await Promise.all([llama.close(), servers.close()]);
    },
  };
}

const servedId = ({ id }: ServerRuntime, name: string) => `${id}/${name}`;
const goneError = (model: string) =>
  new AppError('MODEL_NOT_READY', { model, why: 'its files are no longer all here' });

function idOfReference(name: string): string | null {
  try {
    return modelIdOf(parseReference(name));
  } catch {
    return null;
  }
}

/** @param changed servers came or went @param llamaChanged models came into memory, or went */
function createRuntimes(
  wiring: GenerationWiring,
  { changed, llamaChanged }: Readonly<Record<'changed' | 'llamaChanged', () => void>>,
) {
  let hasGraphics = false;
  // Only on a Mac does Larder come with a build for the graphics card.
  let graphicsBytes = 0;
  void wiring.hardware().then(({ videoMemoryBytes }) => {
    hasGraphics = videoMemoryBytes !== null;
    if (process.platform === 'darwin') graphicsBytes = videoMemoryBytes ?? 0;
  });
  const { settings, environment, userAgent, agentsFor, apiUrl, clock } = wiring;
  const values = () => settings.get().values;
  const ask = createAskServer({ userAgent, agentsFor });
  const eased = new Map<string, Partial<LlamaSettings>>();
  const llama = createLlamaRuntime({
    clock,
    startProcess: wiring.machine.startProcess ?? startNodeProcess,
    workerUrl: workerUrl('llama-worker'),
    placeOf: (modelId, file) => {
      const found = wiring.catalog.find(modelId).files.find((one) => one.path === file);
      return path.join(wiring.catalog.view(modelId).folder, found?.localPath ?? file);
    },
    settings: (modelId) => ({ ...values().generation, ...eased.get(modelId) }),
    memory: () => ({ freeBytes: os.freemem(), totalBytes: os.totalmem() }),
    graphicsBytes: () => graphicsBytes,
    changed: llamaChanged,
  });
  const servers = createFindServers({
    ...{ clock, ask, changed },
    settings: () => values().generation,
    ollamaUrl: ollamaAddress(environment),
    ownUrl: apiUrl,
  });
  const remote = () => {
    const { remoteUrl, remoteModel } = values().fallback;
    if (remoteUrl === '' || remoteModel === '') return null;
    const url = trimmed(remoteUrl);
    const key = () => environment.LARDER_REMOTE_KEY?.trim() || undefined;
    const name = new URL(url).host;
    const runtime = createServerRuntime({ id: 'remote', name, url, ask, key });
    const id = `remote:${name}/${remoteModel}`;
    return {
      runtime,
      model: { kind: 'served' as const, id, runtimeId: 'remote', name: remoteModel },
    };
  };
  function ease(modelId: string, change: Partial<LlamaSettings>): () => void {
    const before = eased.get(modelId);
    eased.set(modelId, { ...before, ...change });
    return () => {
      if (before) eased.set(modelId, before);
      else eased.delete(modelId);
    };
  }
  const relief: Relief = {
    unloadOthers: async (modelId) => {
      const idle = llama.info().loaded.filter((one) => one.modelId !== modelId && one.busy === 0);
      const gone = await Promise.all(idle.map((one) => llama.unload(one.modelId)));
      return gone.some(Boolean);
    },
    halveContext: (modelId) => {
      const { contextTokens } = { ...values().generation, ...eased.get(modelId) };
      if (contextTokens < 2 * LEAST_CONTEXT) return false;
      return ease(modelId, { contextTokens: Math.floor(contextTokens / 2) });
    },
    avoidGraphics: (modelId) => {
      const { gpu } = { ...values().generation, ...eased.get(modelId) };
      return gpu === 'off' || !hasGraphics ? false : ease(modelId, { gpu: 'off' });
    },
  };
  return { llama, servers, remote, relief };
}

const TELL_RUNTIMES_MS = 250;

/** What is in memory and which servers answer, told a few times a second at most. */
function tellOfRuntimes(
  { clock, publish }: GenerationWiring,
  runtimes: () => readonly Pick<Runtime, 'info'>[],
) {
  let cancel: (() => void) | undefined;
  return {
    soon: (): void => {
      cancel ??= clock.after(TELL_RUNTIMES_MS, () => {
        cancel = undefined;
        publish('runtime.state', { items: runtimes().map((one) => one.info()) });
      });
    },
    close: () => cancel?.(),
  };
}

/** Names change when models come and go, not when their status does. */
function createIndexCache({ bus, catalog, manifestOf }: GenerationWiring): () => NameIndex {
  const known = new Set<string>();
  let index: NameIndex | undefined;
  bus.subscribe((event) => {
    if (event.type === 'library.state') index = undefined;
    if (event.type !== 'model.status') return;
    const { modelId } = event.data;
    if (known.has(modelId) !== (manifestOf(modelId) !== undefined)) index = undefined;
  });
  return () => {
    if (!index) {
      const models = catalog.list();
      known.clear();
      for (const { id } of models) known.add(id);
      index = createNameIndex(models);
    }
    return index;
  };
}

function outlookOf(download: Download | undefined, loadMs: number | undefined) {
  const sizeBytes = download?.sizeBytes ?? 0;
  const downloadMs = download?.etaMs ?? null;
  return {
    etaMs: waitEtaMs({ downloadMs, sizeBytes, loadMs }),
    downloadedBytes: download?.receivedBytes ?? 0,
    totalBytes: sizeBytes,
  };
}

/** R8.1 and R6.1: what was used, and how fast it was. Never what was asked. */
function noteUse({ analytics, health, settings, machine }: GenerationWiring, use: Use): void {
  const { model, kind, startedAt, error, load, rate } = use;
  const at = new Date(startedAt).toISOString();
  const revision = model.kind === 'library' ? model.status.revision : undefined;
  if (settings.get().values.analytics.record && /^[a-z]+:\S/.test(model.id)) {
    analytics.record({
      modelId: model.id,
      ...(revision && { revision }),
      task: kind,
      startedAt: at,
      durationMs: use.durationMs,
      tokens: use.tokens,
      success: error === null,
      ...(error && { errorCode: error.code }),
      ...(use.fallbackFor && { fallbackFor: use.fallbackFor }),
      ...(use.app && { app: use.app }),
    });
  }
  if (!revision || rate === null || use.tokens < LEAST_TOKENS || !load) return;
  health.noteGeneration({
    ...{ modelId: model.id, revision, runtime: use.runtimeId, settings: load.settings, task: kind },
    ...{ at, rate },
    ...(load.loadMs > 0 && { loadMs: load.loadMs }),
    ...(use.firstTokenMs !== null && { firstTokenMs: use.firstTokenMs }),
    machine: {
      onBattery: machine.sensors.onBattery(),
      memoryPressure: Math.min(1, Math.max(0, 1 - os.freemem() / os.totalmem())),
      swappedBytesPerSecond: 0,
      thermal: 'nominal',
      otherLoad: Math.min(1, (os.loadavg()[0] ?? 0) / os.availableParallelism()),
      driver: '',
    },
  });
}

/** Fewer say more about chance than about speed. */
const LEAST_TOKENS = 16;
