/**
 * Which model is likely used within the next hour. People have habits by hour and weekday: for each model its uses in
 * this hour of this weekday are counted, older ones less, and smoothed with those of this hour on all days, and these
 * with its uses at any time. Of a rate λ an hour, the probability of a use is 1 − e^−λ. Pure.
 */
import { OTHER_MODELS } from '../../../src-shared/domain/usage.ts';
import type { Days } from './roll-up.ts';
import { weekdayOf } from './roll-up.ts';

const DAY_MS = 86_400_000;
const HALF_LIFE_DAYS = 28;
/** Weight of what is known less precisely, in weeks and in days of observation. */
const SMOOTHING_WEEKS = 1;
const SMOOTHING_DAYS = 1;

export interface Prediction {
  readonly modelId: string;
  /** Of at least one use within the hour, from 0 to 1. */
  readonly probability: number;
}

export interface Moment {
  /** `2026-01-31`, local. */
  readonly day: string;
  /** 0 to 23. */
  readonly hour: number;
}

interface Counts {
  inWeekHour: number;
  inHour: number;
  all: number;
}

/** @param days up to the moment; later uses would be cheating */
export function predictNext(days: Days, at: Moment): Prediction[] {
  const known = Object.keys(days)
    .filter((day) => day <= at.day)
    .toSorted();
  const [first] = known;
  if (first === undefined) return [];
  const counts = countUses(days, known, at);
  const weights = observed(first, at.day);
  return [...counts]
    .map(([modelId, model]) => ({ modelId, probability: 1 - Math.exp(-rateOf(model, weights)) }))
    .toSorted((a, b) => b.probability - a.probability || (a.modelId < b.modelId ? -1 : 1));
}

function countUses(days: Days, known: readonly string[], at: Moment): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const day of known) {
    const weight = weightOf(day, at.day);
    const isSameWeekday = weekdayOf(day) === weekdayOf(at.day);
    for (const [modelId, { hours }] of Object.entries(days[day] ?? {})) {
      if (modelId === OTHER_MODELS) continue;
      const model = counts.get(modelId) ?? { inWeekHour: 0, inHour: 0, all: 0 };
      for (const [hour, uses] of Object.entries(hours)) {
        // Once or ten times within an hour is the same answer to the question.
        const used = weight * Math.min(1, uses);
        model.all += used;
        if (Number(hour) !== at.hour) continue;
        model.inHour += used;
        if (isSameWeekday) model.inWeekHour += used;
      }
      counts.set(modelId, model);
    }
  }
  return counts;
}

const daysApart = (from: string, to: string) =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;

const weightOf = (day: string, now: string) => 0.5 ** (daysApart(day, now) / HALF_LIFE_DAYS);

/** How much there was to see, weighted as the uses are. */
function observed(first: string, now: string): { readonly days: number; readonly weeks: number } {
  const count = daysApart(first, now) + 1;
  let days = 0;
  for (let age = 0; age < count; age += 1) days += 0.5 ** (age / HALF_LIFE_DAYS);
  return { days, weeks: days / 7 };
}

/** Uses in this hour, as expected. */
function rateOf(model: Counts, { days, weeks }: { days: number; weeks: number }): number {
  const anyHour = model.all / (24 * days);
  const thisHour = (model.inHour + SMOOTHING_DAYS * anyHour) / (days + SMOOTHING_DAYS);
  return (model.inWeekHour + SMOOTHING_WEEKS * thisHour) / (weeks + SMOOTHING_WEEKS);
}
