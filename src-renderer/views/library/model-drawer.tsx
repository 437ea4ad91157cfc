import { Button, Drawer, Group, Stack, Switch } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { ModelFiles } from '../../components/model-files.tsx';
import { StatusLine } from '../../components/status-line.tsx';
import { useNow } from '../../components/use-now.ts';
import { canChat, isReady } from '../../format/model-choices.ts';
import { needsNow, statusOf } from '../../format/model-status.ts';
import { titleOfModel } from '../../format/titles.ts';
import { counted } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { tryModel } from '../../stores/try-model.ts';
import { DrawerSection } from './drawer-section.tsx';
import { ModelFacts } from './model-facts.tsx';
import { ModelHealthSection } from './model-health.tsx';
import { ModelPlace } from './model-place.tsx';
import { ModelTags } from './model-tags.tsx';
import { ModelUsageSection } from './model-usage.tsx';

/** Details of one model, beside the table. */
export function ModelDrawer() {
  const stores = useStores();
  const openId = useSlice('navigation', (state) => state.openModelId);
  const model = useSlice('models', ({ models }) =>
    loadedValue(models)?.find(({ id }) => id === openId),
  );
  const download = useSlice('downloads', ({ downloads }) =>
    loadedValue(downloads)?.find(
      ({ modelId, state }) => modelId === openId && state.kind !== 'done',
    ),
  );
  const close = () => stores.navigation.getState().openModel(null);
  return (
    <Drawer
      opened={model !== undefined}
      onClose={close}
      position="right"
      size={500}
      title={model ? titleOfModel(model) : ''}
      overlayProps={{ backgroundOpacity: 0.2 }}
      closeButtonProps={{ 'aria-label': 'Close details' }}
    >
      {model && <ModelDetails model={model} download={download} />}
    </Drawer>
  );
}

interface ModelDetailsProps {
  readonly model: Model;
  readonly download: Download | undefined;
}

function ModelDetails({ model, download }: ModelDetailsProps) {
  const stores = useStores();
  const now = useNow(download !== undefined && needsNow(download));
  const error = download && 'error' in download.state ? download.state.error : model.error;
  return (
    <Stack gap="lg">
      <StatusLine name={titleOfModel(model)} status={statusOf(model, download, now)} />
      {error && (
        <ErrorNotice
          error={error}
          mild={download?.state.kind === 'waiting-space'}
          onAction={(kind) =>
            performAction(stores, kind, { error, modelId: model.id, reference: model.ref })
          }
        />
      )}
      {isReady(model) && canChat(model) && (
        <Group>
          <Button
            size="xs"
            leftSection={<IconMessageCircle size={15} />}
            onClick={() => tryModel(stores, model.id)}
          >
            Try it
          </Button>
        </Group>
      )}
      <KeepSwitch model={model} />
      <ModelTags model={model} />
      <ModelHealthSection modelId={model.id} />
      <ModelUsageSection modelId={model.id} />
      <ModelPlace model={model} />
      <DrawerSection title="About">
        <ModelFacts model={model} />
      </DrawerSection>
      <Files model={model} />
    </Stack>
  );
}

function Files({ model: { id, files } }: { readonly model: Model }) {
  const stores = useStores();
  const isKnown = files.length > 0;
  useEffect(() => {
    if (!isKnown) void stores.models.getState().loadFiles(id);
  }, [stores, id, isKnown]);
  return (
    <DrawerSection title={isKnown ? counted(files.length, 'file') : 'Files'}>
      <ModelFiles files={files} />
    </DrawerSection>
  );
}

function KeepSwitch({ model }: { readonly model: Model }) {
  const stores = useStores();
  const { id: modelId, keep } = model;
  return (
    <Switch
      size="sm"
      label="Keep"
      description="Never proposed for clean-up"
      checked={keep}
      onChange={() => void run(stores, ['models.keep', { modelId, keep: !keep }])}
    />
  );
}
