import type { ActionKind } from '../../src-shared/errors.ts';
import type { Stores } from './create-stores.ts';
import type { ErrorContext } from './error-context.ts';
import { loadedValue } from './loadable.ts';
import { run } from './run.ts';

type Behaviour = (stores: Stores, context: ErrorContext) => void;

/** Does what a button of an error says. Each kind of action has its behaviour here, and only here. */
export function performAction(stores: Stores, kind: ActionKind, context: ErrorContext): void {
  BEHAVIOURS[kind](stores, context);
}

const retry: Behaviour = (stores, { retry: again, modelId }) => {
  if (again) again();
  else if (modelId)
    void run(stores, ['downloads.manage', { action: 'retry', modelId }], { modelId });
};

const downloadAgain: Behaviour = (stores, { modelId, retry: again }) => {
  if (!modelId) {
    again?.();
    return;
  }
  const downloads = loadedValue(stores.downloads.getState().downloads) ?? [];
  const failed = downloads.some((download) => download.modelId === modelId && download.can.retry);
  const action = failed ? 'retry' : 'start';
  void run(stores, ['downloads.manage', { action, modelId }], { modelId });
};

const signIn: Behaviour = (stores, context) =>
  stores.dialogs.getState().askForToken({ afterwards: () => retry(stores, context) });

const openModelPage: Behaviour = (stores, { modelId, reference }) =>
  void run(stores, [
    'links.open',
    modelId ? { modelId } : { ...(reference && { ref: reference }) },
  ]);

/** Where room can be made: what would be missed least, and what really becomes free. */
const freeSpace: Behaviour = (stores) => stores.navigation.getState().go('storage');

const chooseLibrary: Behaviour = async (stores, context) => {
  const chosen = await run(stores, ['folders.choose', { title: 'Choose a library folder' }]);
  if (!chosen.ok || chosen.value.path === null) return;
  const patch = { library: { folder: chosen.value.path } };
  const saved = await run(stores, ['settings.patch', patch]);
  if (!saved.ok) return;
  stores.settings.getState().put(saved.value);
  retry(stores, context);
};

const OF_THE_APP: readonly string[] = ['SETTINGS_DAMAGED', 'DOCUMENT_DAMAGED'];

const openFolder: Behaviour = (stores, { modelId, error }) => {
  const place = OF_THE_APP.includes(error.code) ? 'user-data' : modelId ? 'model' : 'library';
  const input = { place, ...(place === 'model' && modelId && { modelId }) } as const;
  void run(stores, ['folders.open', input]);
};

const searchHub: Behaviour = (stores, { reference, modelId }) => {
  const words = nameIn(reference ?? modelId ?? '');
  stores.navigation.getState().showSearch();
  stores.navigation.getState().setSearchText(words);
  void stores.search.getState().search({ words });
};

const copyDetails: Behaviour = async (stores, { error, modelId, reference }) => {
  const details = { at: new Date().toISOString(), modelId, reference, error };
  await navigator.clipboard.writeText(JSON.stringify(details, null, 2));
  stores.notices.getState().note('Details copied');
};

const BEHAVIOURS: Record<ActionKind, Behaviour> = {
  retry,
  'download-again': downloadAgain,
  'sign-in': signIn,
  'allow-plain-text': signIn,
  'request-access': openModelPage,
  'free-space': freeSpace,
  'choose-library': chooseLibrary,
  'open-folder': openFolder,
  'open-health': (stores, { modelId }) => {
    const { go, showHealth } = stores.navigation.getState();
    if (modelId) showHealth(modelId);
    else go('health');
  },
  'open-settings': (stores) => stores.navigation.getState().go('settings'),
  'edit-reference': (stores, { reference, modelId }) =>
    stores.navigation.getState().focusSearch(reference ?? modelId),
  'search-hub': searchHub,
  'copy-diagnostics': copyDetails,
  'close-other': (stores) =>
    stores.notices.getState().note('Quit the other Larder, then press “Try again” here.'),
};

/** The words worth searching for in a reference: `hf:owner/some-model:Q4` → `some model`. */
function nameIn(reference: string): string {
  const path = reference.replace(/^[a-z]+:(?:\/\/[^/]+\/)?/i, '').split(/[@:?#]/)[0] ?? '';
  return (path.split('/')[1] ?? path).replaceAll(/[-_]+/g, ' ').trim();
}
