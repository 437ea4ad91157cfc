/** The profiles of the library's models: made once for each state of a model, ahead of time where there is time. */
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { FallbackPorts } from './ports.ts';
import { type Profile, profileOf } from './profile.ts';

type ProfilePorts = Pick<FallbackPorts, 'catalogue' | 'models' | 'offered' | 'canRun'>;

export interface KnownModel {
  /** The very object that the library gave: another one is another state. */
  readonly model: ModelStatus;
  readonly profile: Profile;
  /** Whether it could answer right now. */
  readonly isReady: boolean;
}

/** What of all models a decision needs, as long as nothing changed. */
export interface KnownModels {
  readonly byId: ReadonlyMap<string, KnownModel>;
  /** Those that could answer right now. */
  readonly candidates: readonly Profile[];
  /** Of these, what servers on this computer offer. */
  readonly offered: ReadonlyMap<string, Profile>;
}

export function createProfiles(ports: ProfilePorts) {
  const { catalogue } = ports;
  let byId = new Map<string, KnownModel>();
  /** As the library gave them last: most of thousands are what and where they were. */
  let inOrder: KnownModel[] = [];

  /** One text for all of a kind is compared at once. */
  const kinds = new Map<string, string>();

  function interned(profile: Profile): Profile {
    const kind = kinds.get(profile.kind) ?? profile.kind;
    kinds.set(kind, kind);
    return { ...profile, kind };
  }

  function learn(model: ModelStatus): KnownModel {
    const before = byId.get(model.id);
    if (before?.model === model) return before;
    const isGguf = model.files.some(({ path }) => path.toLowerCase().endsWith('.gguf'));
    const known = {
      model,
      profile: interned(profileOf({ ...model, isGguf }, catalogue)),
      isReady: model.availability === 'available' && ports.canRun(model),
    };
    byId.set(model.id, known);
    return known;
  }

  return {
    learn,
    /** Other models can be run now. */
    forget: (): void => {
      byId = new Map();
      inOrder = [];
      kinds.clear();
    },
    isKnown: (model: ModelStatus) => byId.get(model.id)?.model === model,
    gather: (): KnownModels => {
      const before = inOrder;
      const candidates: Profile[] = [];
      inOrder = ports.models().map((model, index) => {
        const last = before[index];
        const known = last?.model === model ? last : learn(model);
        if (known.isReady) candidates.push(known.profile);
        return known;
      });
      if (byId.size !== inOrder.length) byId = new Map(inOrder.map((one) => [one.model.id, one]));
      const offered = ports
        .offered()
        .map((model) => withContext(profileOf(model, catalogue), model.contextTokens));
      return {
        byId,
        candidates: [...candidates, ...offered],
        offered: new Map(offered.map((profile) => [profile.modelId, profile])),
      };
    },
  };
}

const withContext = (profile: Profile, contextTokens: number | undefined): Profile =>
  contextTokens === undefined ? profile : { ...profile, contextTokens };
