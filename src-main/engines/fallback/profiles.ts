/** The profiles of the library's models: made once for each state of a model, ahead of time where there is time. */
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { FallbackPorts } from './ports.ts';
import { type Profile, profileOf } from './profile.ts';

type ProfilePorts = Pick<FallbackPorts, 'catalogue' | 'models' | 'offered' | 'canRun'>;

/** What of all models a decision needs, as long as nothing changed. */
export interface KnownModels {
  readonly byId: ReadonlyMap<string, ModelStatus>;
  /** Those that could answer right now. */
  readonly candidates: readonly Profile[];
}

export function createProfiles(ports: ProfilePorts) {
  const { catalogue } = ports;
  const known = new WeakMap<ModelStatus, Profile>();

  function of(model: ModelStatus): Profile {
    const before = known.get(model);
    if (before) return before;
    const isGguf = model.files.some(({ path }) => path.toLowerCase().endsWith('.gguf'));
    const made = profileOf({ ...model, isGguf }, catalogue);
    known.set(model, made);
    return made;
  }

  return {
    of,
    isKnown: (model: ModelStatus) => known.has(model),
    gather: (): KnownModels => {
      const models = ports.models();
      const ready = models.filter((model) => isReady(model, ports.canRun));
      const offered = ports
        .offered()
        .map((model) => withContext(profileOf(model, catalogue), model.contextTokens));
      return {
        byId: new Map(models.map((model) => [model.id, model])),
        candidates: [...ready.map(of), ...offered],
      };
    },
  };
}

export const isReady = (model: ModelStatus, canRun: FallbackPorts['canRun']) =>
  model.availability === 'available' && canRun(model);

const withContext = (profile: Profile, contextTokens: number | undefined): Profile =>
  contextTokens === undefined ? profile : { ...profile, contextTokens };
