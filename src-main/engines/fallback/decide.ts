/**
 * What a request gets whose model may not be there: one row after the other, the first that applies is taken, and each
 * that was looked at says why. Pure.
 *
 * ```
 *  exact ──▶ wait ──▶ ask ──▶ alternative ──▶ remote ──▶ wait ──▶ queue ──▶ placeholder ──▶ refuse
 *  it is     it is    a       the best that    a server   nobody   its       a text that     with steps
 *  here      soon     person  is good enough   elsewhere  knows    model     says so         for this
 *            here     picks   and runs here    was set    how long comes                     computer
 * ```
 *
 * With `never` nothing but the model itself answers: exact, wait, queue or refuse.
 */
import type {
  Decision,
  ExpectedQuality,
  FallbackMode,
  Strategy,
  Suggestion,
} from '../../../src-shared/domain/fallback.ts';
import { formatDuration } from '../../../src-shared/domain/format.ts';
import { type Counts, mostlyFails } from './effectiveness.ts';
import { isAtLeast } from './expected.ts';
import type { Ranking } from './rank.ts';

/**
 * ready: can answer · failing: here, and could not be loaded just now · coming: on its way by itself · fetchable: can
 * be fetched · held: waits for a person (paused, failed, set aside, its drive away) · unrunnable: nothing here runs it ·
 * unknown: in no library, and no hub's name for anything.
 */
export type Standing =
  | 'ready'
  | 'failing'
  | 'coming'
  | 'fetchable'
  | 'held'
  | 'unrunnable'
  | 'unknown';

export interface Policy {
  readonly minQuality: ExpectedQuality;
  readonly fetchMissing: boolean;
  readonly queue: boolean;
  readonly placeholder: boolean;
  /** Whether a server elsewhere may answer. */
  readonly remote: boolean;
}

export interface DecisionFacts {
  readonly requestedId: string;
  readonly standing: Standing;
  /** What the requested model lacks for this request, as the end of a sentence; `null` when nothing. */
  readonly lacks: string | null;
  /** Until it can answer; `null` when that cannot be told. */
  readonly etaMs: number | null;
  readonly ranking: Ranking;
  /** How suggestions did when they stood in for this very model. */
  readonly asStandIn: ReadonlyMap<string, Counts>;
  readonly mode: FallbackMode;
  /** 0 for not at all. */
  readonly maxWaitMs: number;
  /** Whether the request could be kept until its model is there. */
  readonly canQueue: boolean;
  readonly policy: Policy;
  /** Steps, told when nothing could answer. */
  readonly setup: () => readonly string[];
}

interface Row {
  readonly strategy: Strategy;
  /** @returns why, and whether it is taken; `null` when the mode leaves the row out */
  readonly look: (facts: DecisionFacts) => Look | null;
}

interface Look {
  readonly taken: boolean;
  readonly because: string;
  /** The model that answers. */
  readonly modelId?: string;
}

const no = (because: string): Look => ({ taken: false, because });
const yes = (because: string, modelId?: string): Look => ({
  taken: true,
  because,
  ...(modelId !== undefined && { modelId }),
});

const isComing = ({ standing, policy }: DecisionFacts) =>
  standing === 'coming' || (standing === 'fetchable' && policy.fetchMissing);

/** Why a model cannot answer. */
const STANDINGS: Readonly<Record<Standing, string>> = {
  ready: 'it is here already',
  failing: 'it is here and could not be loaded',
  coming: 'it is on its way',
  fetchable: 'its files are not all here',
  held: 'it waits for a person: paused, failed, set aside, or on a drive that is away',
  unrunnable: 'nothing here runs it',
  unknown: 'it is in no library',
};
const NOT_FETCHED = 'the settings do not let Larder fetch what is missing';

/** Why waiting for the model itself is of no use; `null` when it may be. */
function noUseWaiting(facts: DecisionFacts): string | null {
  if (facts.lacks !== null) return `The model asked for ${facts.lacks}.`;
  const { standing } = facts;
  const why = standing === 'fetchable' ? NOT_FETCHED : STANDINGS[standing];
  return isComing(facts) ? null : `Waiting is of no use: ${why}.`;
}

function exact({ standing, lacks, requestedId }: DecisionFacts): Look {
  if (standing !== 'ready')
    return no(`The model asked for cannot answer now: ${STANDINGS[standing]}.`);
  if (lacks !== null) return no(`The model asked for ${lacks}.`);
  return yes('The model asked for is here and can answer.', requestedId);
}

function wait(facts: DecisionFacts): Look {
  const { etaMs, maxWaitMs, requestedId } = facts;
  const reason = noUseWaiting(facts);
  if (reason !== null) return no(reason);
  if (maxWaitMs === 0) return no('This request waits no longer.');
  if (etaMs === null) return no('When it will be here cannot be told.');
  const words = `It can answer in about ${formatDuration(etaMs)}`;
  return etaMs <= maxWaitMs
    ? yes(`${words}, and this request may wait ${formatDuration(maxWaitMs)}.`, requestedId)
    : no(`${words}, and this request may wait ${formatDuration(maxWaitMs)} only.`);
}

function ask(facts: DecisionFacts): Look | null {
  if (facts.mode !== 'ask') return null;
  const { ranking, policy, canQueue } = facts;
  const canChoose =
    ranking.suggestions.length > 0 || policy.remote || (canQueue && noUseWaiting(facts) === null);
  return canChoose
    ? yes('The request wants a person to choose.')
    : no('There is nothing to choose from.');
}

function alternative(facts: DecisionFacts): Look | null {
  if (facts.mode === 'never') return null;
  const { ranking, policy } = facts;
  const found = bestAlternative(facts);
  if (found) {
    const score = found.score.toFixed(2);
    return yes(
      `${found.name} fits best of what is here (${score}, ${found.quality}).`,
      found.modelId,
    );
  }
  const [first] = ranking.suggestions;
  if (first === undefined) return no(nothingHere(ranking));
  return isAtLeast(first.quality, policy.minQuality)
    ? no('What would fit failed in this place more often than not.')
    : no(
        `Less is expected of everything here than “${policy.minQuality}”; the best is ${first.name}.`,
      );
}

/** The first that is expected to be good enough, and does not fail in this place more often than not. */
function bestAlternative(facts: DecisionFacts): Suggestion | undefined {
  const { ranking, policy, asStandIn } = facts;
  return ranking.suggestions.find(({ modelId, quality }) => {
    const counts = asStandIn.get(modelId);
    return isAtLeast(quality, policy.minQuality) && !(counts && mostlyFails(counts));
  });
}

function nothingHere({ considered, leftOut, mostlyBecause }: Ranking): string {
  if (considered === 0) return 'No other model here can answer now.';
  return leftOut === 0 || mostlyBecause === null
    ? 'No other model here can answer now.'
    : `None of ${considered} models here will do; most often it ${mostlyBecause}.`;
}

function remote({ mode, policy }: DecisionFacts): Look | null {
  if (mode === 'never') return null;
  return policy.remote
    ? yes('A server elsewhere is set for what nothing here can answer.')
    : no('No server elsewhere is set.');
}

/** What cannot be kept is held as long as it may wait, although nobody knows whether that will do. */
function hold(facts: DecisionFacts): Look | null {
  const { etaMs, maxWaitMs, requestedId, canQueue, policy } = facts;
  if (
    (canQueue && policy.queue) ||
    etaMs !== null ||
    maxWaitMs === 0 ||
    noUseWaiting(facts) !== null
  )
    return null;
  const words = formatDuration(maxWaitMs);
  return yes(`When it will be here cannot be told; this request may wait ${words}.`, requestedId);
}

function queue(facts: DecisionFacts): Look {
  const { policy, canQueue, requestedId } = facts;
  const reason = noUseWaiting(facts);
  if (reason !== null) return no(reason);
  if (!policy.queue) return no('The settings keep no requests.');
  if (!canQueue) return no('This request cannot be kept.');
  return yes('It is kept until its model is here.', requestedId);
}

function placeholder({ mode, policy }: DecisionFacts): Look | null {
  if (mode === 'never') return null;
  return policy.placeholder
    ? yes('A text in its place says that the model is missing.')
    : no('Placeholders are switched off.');
}

/** In the order in which they are looked at. */
const TABLE: readonly Row[] = [
  { strategy: 'exact', look: exact },
  { strategy: 'wait', look: wait },
  { strategy: 'ask', look: ask },
  { strategy: 'alternative', look: alternative },
  { strategy: 'remote', look: remote },
  { strategy: 'wait', look: hold },
  { strategy: 'queue', look: queue },
  { strategy: 'placeholder', look: placeholder },
  { strategy: 'refuse', look: () => yes('Nothing else is left.') },
];

export function decide(facts: DecisionFacts): Decision {
  const trace: Decision['trace'] = [];
  for (const { strategy, look } of TABLE) {
    const seen = look(facts);
    if (seen === null) continue;
    trace.push({ strategy, taken: seen.taken, because: seen.because });
    if (seen.taken) return decision(facts, { strategy, modelId: seen.modelId ?? null, trace });
  }
  throw new Error('the last row is always taken');
}

/** As {@link decide}, but a person has said what is to be done. */
export function decided(
  facts: DecisionFacts,
  choice: { readonly strategy: Strategy; readonly modelId: string | null },
  because: string,
): Decision {
  const { startsDownload, ...made } = decision(facts, {
    ...choice,
    trace: [{ strategy: choice.strategy, taken: true, because }],
  });
  return { ...made, startsDownload: startsDownload && choice.strategy !== 'refuse' };
}

function decision(
  facts: DecisionFacts,
  taken: Pick<Decision, 'strategy' | 'modelId' | 'trace'>,
): Decision {
  const { requestedId, etaMs, standing, policy, lacks, ranking } = facts;
  const isOver = taken.strategy === 'exact' || taken.strategy === 'ask';
  const hasNothing = taken.strategy === 'refuse' || taken.strategy === 'placeholder';
  return {
    requestedId,
    ...taken,
    etaMs: standing === 'ready' ? 0 : etaMs,
    isComing: isComing(facts) && lacks === null,
    startsDownload: !isOver && standing === 'fetchable' && policy.fetchMissing && lacks === null,
    suggestions: [...ranking.suggestions],
    setup: hasNothing ? [...facts.setup()] : [],
  };
}
