/**
 * What answers when a model is not there. Which models could stand in, and how well, is worked out once for each
 * model and its requirements, and kept until models, what was measured, settings or runtimes change; the decision
 * itself is made anew each time, from where things stand at that moment. Nothing is fetched, loaded or answered here.
 */
import type {
  Decision,
  FallbackMode,
  Question,
  Requirements,
} from '../../../src-shared/domain/fallback.ts';
import type { Hardware } from '../ports.ts';
import { createAhead } from './ahead.ts';
import { choicesOf } from './choices.ts';
import { type DecisionFacts, decide, decided } from './decide.ts';
import { countsFor, type Outcome, withOutcome } from './effectiveness.ts';
import { lackOf, taskOf } from './filters.ts';
import type { FallbackPorts, Measured } from './ports.ts';
import { type Profile, profileOfName } from './profile.ts';
import { createProfiles, type KnownModels } from './profiles.ts';
import { createQuestions } from './questions.ts';
import { type Ranking, rank } from './rank.ts';
import { setupSteps } from './setup.ts';
import { standingOf } from './standing.ts';

export interface SuggestRequest {
  /** Model id, alias, reference, or any name. */
  readonly modelId: string;
  readonly requirements: Requirements;
  /** That of the settings for none. */
  readonly mode?: FallbackMode | undefined;
  readonly assumeMissing: boolean;
}

export interface DecideRequest {
  readonly requestId: string | null;
  readonly modelId: string;
  readonly requirements: Requirements;
  readonly mode: FallbackMode;
  /** Models that could not be loaded for this request. */
  readonly except: readonly string[];
  /** 0 for not at all. */
  readonly maxWaitMs: number;
  /** Aborted when the request is given up. */
  readonly signal: AbortSignal;
  /** Whether the request could be kept until its model is there. */
  readonly canQueue: boolean;
}

export interface Fallback {
  /** What would be done; changes nothing, publishes nothing. */
  suggest(request: SuggestRequest): Promise<Decision>;
  /**
   * Decides for a real request; asks where that is the mode; publishes `fallback.decision` unless the model itself
   * can answer. @throws the reason of the signal
   */
  decide(request: DecideRequest): Promise<Decision>;
  /** How it went with a model that stood in for another. */
  noteOutcome(outcome: Outcome): void;
  questions(): readonly Question[];
  /** @throws AppError `INPUT_INVALID` */
  answer(id: string, choice: string): void;
  close(): Promise<void>;
}

type Asked = SuggestRequest & {
  readonly maxWaitMs?: number;
  readonly canQueue: boolean;
  readonly except?: readonly string[];
};

/** Names that say where a model comes from: such a one can be fetched although it is in no library yet. */
const REFERENCE = /^(hf|ollama|civitai|modelscope):./i;

/** Rankings kept; the oldest go first. */
const MOST_KEPT = 200;

interface World extends KnownModels {
  readonly hardware: Hardware;
  readonly measured: ReadonlyMap<string, Measured>;
  readonly freeDiskBytes: number | null;
  /** What was worked out for this state of things, and goes with it. */
  readonly kept: Map<string, Ranking>;
  readonly meant: Map<string, string>;
  readonly named: Map<string, Profile>;
}

const without = (ranking: Ranking, except: readonly string[]): Ranking => ({
  ...ranking,
  suggestions: ranking.suggestions.filter(({ modelId }) => !except.includes(modelId)),
});

export function createFallback(ports: FallbackPorts): Fallback {
  const { clock, publish, store, settings } = ports;
  const profiles = createProfiles(ports);
  const questions = createQuestions(ports);
  let world: Promise<World> | undefined;

  async function look(): Promise<World> {
    await ports.looked();
    const [hardware, measured, freeDiskBytes] = await Promise.all([
      ports.hardware(),
      ports.measured(),
      ports.freeDiskBytes(),
    ]);
    return {
      ...{ ...profiles.gather(), hardware, measured, freeDiskBytes },
      ...{ kept: new Map(), meant: new Map(), named: new Map() },
    };
  }

  /** What came while it was gathered belongs to a later one. */
  function current(): Promise<World> {
    if (world) return world;
    const gathering = look();
    gathering.catch(() => {
      if (world === gathering) world = undefined;
    });
    world = gathering;
    return gathering;
  }

  function rankingFor(here: World, requested: Profile, requirements: Requirements): Ranking {
    const { kept, candidates, hardware, measured } = here;
    const asStandIn = countsFor(store.get(), requested.modelId);
    const key = JSON.stringify([requested.modelId, requirements, [...asStandIn.values()]]);
    const before = kept.get(key);
    if (before) return before;
    const made = rank({
      ...{ requested, requirements, candidates, hardware, measured, asStandIn },
      preferred: settings().preferred,
      now: clock.now(),
    });
    kept.set(key, made);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  }

  function idMeant({ byId, meant }: World, text: string): string {
    if (byId.has(text)) return text;
    const modelId = meant.get(text) ?? ports.resolve(text);
    if (meant.size < MOST_KEPT) meant.set(text, modelId);
    return modelId;
  }

  function requestedProfile({ byId, offered, named }: World, modelId: string): Profile {
    const here = byId.get(modelId);
    if (here) return here.profile;
    const known = offered.get(modelId) ?? named.get(modelId);
    const profile = known ?? profileOfName(modelId, ports.catalogue);
    if (named.size < MOST_KEPT) named.set(modelId, profile);
    return profile;
  }

  async function factsOf(request: Asked): Promise<DecisionFacts> {
    const here = await current();
    const { requirements, canQueue, assumeMissing, except = [] } = request;
    const requestedId = idMeant(here, request.modelId);
    const requested = requestedProfile(here, requestedId);
    const model = here.byId.get(requestedId)?.model;
    const standing = standingOf({
      model,
      canRun: model !== undefined && ports.canRun(model),
      isOffered: here.offered.has(requestedId),
      assumeMissing,
      isFailing: except.includes(requestedId),
      isReference: REFERENCE.test(requestedId) && REFERENCE.test(request.modelId),
    });
    const values = settings();
    const task = taskOf(requested, requirements);
    const ranking = rankingFor(here, requested, requirements);
    const isComing = standing === 'coming' || standing === 'fetchable';
    // Vectors of another model cannot be compared, and a text is none.
    const isText = task !== 'embedding';
    return {
      requestedId,
      standing,
      lacks: standing === 'unknown' ? null : lackOf(requested, task, requirements),
      etaMs: isComing && model ? ports.etaMs(requestedId) : null,
      ranking: except.length === 0 ? ranking : without(ranking, except),
      asStandIn: countsFor(store.get(), requestedId),
      mode: request.mode ?? values.mode,
      maxWaitMs: request.maxWaitMs ?? requirements.maxWaitMs ?? values.maxWaitMs,
      canQueue,
      policy: {
        minQuality: requirements.minQuality ?? values.minQuality,
        fetchMissing: values.fetchMissing,
        queue: values.queue,
        placeholder: values.placeholder && isText,
        remote: values.remoteUrl !== '' && values.remoteModel !== '' && isText,
      },
      setup: () => setupSteps({ ...ports, ...here, requested, standing, task }),
    };
  }

  async function choose(asked: Asked, signal: AbortSignal): Promise<Decision> {
    const facts = await factsOf(asked);
    signal.throwIfAborted();
    const first = decide(facts);
    if (first.strategy !== 'ask') return first;
    const about = choicesOf(facts);
    const { choice, wasAnswered } = await questions.ask(about, settings().askForMs, signal);
    if (wasAnswered) return decided(facts, choice, 'A person chose it.');
    // Meanwhile things may stand otherwise.
    return decide({ ...(await factsOf(asked)), mode: 'auto' });
  }

  const ahead = createAhead({
    clock,
    looked: ports.looked,
    models: ports.models,
    isKnown: profiles.isKnown,
    prepare: profiles.learn,
    finish: async () => {
      const here = await current();
      return (modelId) => void rankingFor(here, requestedProfile(here, modelId), {});
    },
  });

  const stopHearing = ports.onChange((change) => {
    world = undefined;
    if (change === 'runtimes') profiles.forget();
    if (change !== 'measured') ahead.start();
  });
  ahead.start();

  return {
    suggest: async (request) => decide(await factsOf({ ...request, canQueue: true })),
    decide: async ({ requestId, signal, ...request }) => {
      signal.throwIfAborted();
      const decision = await choose({ ...request, assumeMissing: false }, signal);
      if (decision.strategy !== 'exact') publish('fallback.decision', { decision, requestId });
      return decision;
    },
    noteOutcome: (outcome) => store.update((record) => withOutcome(record, outcome)),
    questions: questions.list,
    answer: questions.answer,
    close: async () => {
      stopHearing();
      ahead.stop();
      questions.close();
    },
  };
}
