import type { GenerationRequest } from '../../../src-shared/domain/generation.ts';
import { SubstituteNotice } from '../../components/substitute-notice.tsx';
import { useNow } from '../../components/use-now.ts';
import { needsNow } from '../../format/model-status.ts';
import { realOneOf } from '../../format/real-one.ts';
import { substituteWords } from '../../format/substitute-words.ts';
import type { Turn } from '../../format/turns.ts';
import { getModel } from '../../stores/get-model.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';

interface SubstituteProps {
  readonly turn: Turn;
  readonly request: GenerationRequest;
}

/** Says that another model answered, or none, and leads to the one that was asked for. */
export function Substitute({ turn, request }: SubstituteProps) {
  const stores = useStores();
  const titles = useTitles();
  const wanted = request.requestedId ?? request.requested;
  const model = useSlice('models', ({ models }) =>
    loadedValue(models)?.find(({ id }) => id === wanted),
  );
  const download = useSlice('downloads', ({ downloads }) =>
    loadedValue(downloads)?.find(
      ({ modelId, state }) => modelId === wanted && state.kind !== 'done',
    ),
  );
  const now = useNow(download !== undefined && needsNow(download));
  const answered = request.modelId === null ? null : titles(request.modelId);
  return (
    <SubstituteNotice
      words={substituteWords(request, { asked: titles(wanted), answered })}
      strategy={request.strategy}
      real={realOneOf(model, download, now)}
      onGet={() => void getModel(stores, wanted)}
      onAgain={() => void stores.conversation.getState().again(turn.id)}
    />
  );
}
