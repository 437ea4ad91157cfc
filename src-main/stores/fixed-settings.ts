/** Settings fixed from outside for this run: the environment, and above it the command line. */
import type { z } from 'zod';
import type { SettingsOrigin } from '../../src-shared/contract/settings.ts';
import { AppError } from '../../src-shared/errors.ts';
import { SETTINGS } from '../../src-shared/settings/schema.ts';
import { describeProblem } from './describe-problem.ts';

export interface SettingsCommandLine {
  /** `--library=DIR`, made absolute by the caller. */
  readonly library?: string;
  /** `--api`. */
  readonly api?: boolean;
  /** `--api-port=N`, 0 to 65,535; it asks for the API too, unless `api` is false. */
  readonly apiPort?: number;
}

export interface OutsideSettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly commandLine: SettingsCommandLine;
}

export interface FixedSetting {
  readonly value: unknown;
  readonly origin: Extract<SettingsOrigin, 'environment' | 'command-line'>;
  /** In words, e.g. `the environment variable HF_ENDPOINT`. */
  readonly by: string;
}

interface Candidate extends FixedSetting {
  readonly key: string;
  readonly type: z.ZodType;
}

interface FixedSettings {
  /** By dotted key. */
  readonly fixed: ReadonlyMap<string, FixedSetting>;
  /** `INPUT_INVALID` for each value that does not fit its setting; those are left out. */
  readonly problems: readonly AppError[];
}

export function readFixedSettings(outside: OutsideSettings): FixedSettings {
  const fixed = new Map<string, FixedSetting>();
  const problems: AppError[] = [];
  for (const candidate of candidates(outside)) {
    const parsed = candidate.type.safeParse(candidate.value);
    if (parsed.success) fixed.set(candidate.key, fixedBy(candidate, parsed.data));
    else problems.push(invalid(candidate, parsed.error));
  }
  return { fixed, problems };
}

/** In rising order of precedence; `undefined` and empty values fix nothing. */
function candidates({ environment, commandLine }: OutsideSettings): Candidate[] {
  const { library, api, apiPort } = commandLine;
  const wantsApi = api ?? (apiPort === undefined ? undefined : true);
  const enabledBy = api === undefined ? '--api-port' : '--api';
  const flag = (option: string, value: unknown) => ({
    value,
    origin: 'command-line' as const,
    by: `the command-line option ${option}`,
  });
  const all: readonly Candidate[] = [
    {
      key: 'hub.endpoint',
      type: SETTINGS.hub.endpoint.type,
      value: environment.HF_ENDPOINT?.trim(),
      origin: 'environment',
      by: 'the environment variable HF_ENDPOINT',
    },
    { key: 'library.folder', type: SETTINGS.library.folder.type, ...flag('--library', library) },
    { key: 'api.enabled', type: SETTINGS.api.enabled.type, ...flag(enabledBy, wantsApi) },
    { key: 'api.port', type: SETTINGS.api.port.type, ...flag('--api-port', apiPort) },
  ];
  return all.filter(({ value }) => value !== undefined && value !== '');
}

function fixedBy({ origin, by }: Candidate, value: unknown): FixedSetting {
  return { value, origin, by };
}

function invalid({ by }: Candidate, error: z.ZodError): AppError {
  return new AppError('INPUT_INVALID', { problem: `${by}: ${describeProblem(error)}` });
}
