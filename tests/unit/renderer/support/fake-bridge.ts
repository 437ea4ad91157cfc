import type { Envelope } from '../../../../src-shared/contract/envelope.ts';
import type { LarderEvent } from '../../../../src-shared/contract/events.ts';
import type { LarderBridge, LarderCalls } from '../../../../src-shared/contract/ipc.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../../../src-shared/contract/operations.ts';
import { AppError, toErrorReport } from '../../../../src-shared/errors.ts';
import {
  aHealthSummary,
  aLibrary,
  anInventory,
  aPreview,
  aRepository,
  aSettingsSnapshot,
  aSystemInfo,
  aUsage,
  aVolume,
} from './builders.ts';
import { aDecision, aRuntime, theRuntimes } from './generation-builders.ts';

type Answers = {
  [N in OperationName]?: (
    input: OperationInput<N>,
  ) => OperationOutput<N> | Promise<OperationOutput<N>>;
};

/** What an empty, healthy installation answers. */
const DEFAULTS: Answers = {
  'models.list': () => ({ items: [] }),
  'models.health': () => ({ ...aHealthSummary([]), items: [], history: [] }),
  'models.remove': () => ({ freedBytes: 0, undoUntil: null }),
  'downloads.list': () => ({ items: [] }),
  'import.list': () => anInventory(),
  'analytics.get': () => aUsage(),
  'libraries.list': () => ({ items: [aLibrary()] }),
  'storage.get': () => ({ volumes: [aVolume()], keepFreeBytes: 0 }),
  'cleanup.propose': () => ({ items: [], targetBytes: null, chosenBytes: 0, reachesTarget: true }),
  'downloads.manage': () => ({ items: [] }),
  'downloads.preview': () => aPreview(),
  'settings.patch': () => aSettingsSnapshot(),
  'hub.search': () => ({ items: [] }),
  'hub.repository': () => aRepository(),
  'settings.get': () => aSettingsSnapshot(),
  'settings.setToken': () => ({ stored: 'encrypted' }),
  'system.info': aSystemInfo,
  'folders.open': () => ({ path: '/home/ada/Models' }),
  'folders.choose': () => ({ path: null }),
  'links.open': () => ({ url: 'https://huggingface.co/acme/tiny-chat-GGUF' }),
  'requests.list': () => ({ items: [] }),
  'fallback.questions': () => ({ items: [] }),
  'fallback.suggest': () => aDecision({ strategy: 'refuse', modelId: null, suggestions: [] }),
  'runtimes.list': () => theRuntimes(null, aRuntime()),
  'recovery.statistics': () => ({ strategies: [], attempts: [] }),
  'alerts.list': () => ({ items: [] }),
  'alerts.dismiss': () => ({}),
};

export interface FakeBridge {
  /** Stands in for `window.larder`. */
  readonly larder: LarderBridge;
  /** Every call so far, oldest first. */
  readonly calls: readonly (readonly [name: string, input: unknown])[];
  readonly inputsOf: (name: OperationName) => readonly unknown[];
  readonly emit: (...events: readonly LarderEvent[]) => void;
  readonly listeners: () => number;
}

/** An in-memory main process. An answer that throws an `AppError` becomes its envelope. */
export function createFakeBridge(answers: Answers = {}): FakeBridge {
  const calls: (readonly [string, unknown])[] = [];
  const listeners = new Set<(events: readonly LarderEvent[]) => void>();
  const all: Answers = { ...DEFAULTS, ...answers };
  const functions = new Proxy({} as LarderCalls, {
    get: (_target, name: OperationName) => async (input: never) => {
      calls.push([name, input]);
      return answerOf(all, name, input);
    },
  });
  const onEvents: LarderBridge['onEvents'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    larder: new Proxy(functions as LarderBridge, {
      get: (target, key) => (key === 'onEvents' ? onEvents : Reflect.get(target, key)),
    }),
    calls,
    inputsOf: (name) => calls.filter(([one]) => one === name).map(([, input]) => input),
    emit: (...events) => {
      for (const listener of listeners) listener(events);
    },
    listeners: () => listeners.size,
  };
}

async function answerOf(
  answers: Answers,
  name: OperationName,
  input: never,
): Promise<Envelope<unknown>> {
  const answer = answers[name];
  if (!answer) throw new AppError('INTERNAL', { problem: `the fake has no answer for ${name}` });
  try {
    return { ok: true, value: await answer(input) };
  } catch (cause) {
    return { ok: false, error: toErrorReport(cause) };
  }
}
