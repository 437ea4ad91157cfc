import { Drawer, Stack, Title } from '@mantine/core';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Fact, FactList } from '../../components/fact-list.tsx';
import { ModelFiles } from '../../components/model-files.tsx';
import { StatusLine } from '../../components/status-line.tsx';
import { useNow } from '../../components/use-now.ts';
import { needsNow, statusOf } from '../../format/model-status.ts';
import { SOURCE_WORDS, sourceIn, titleOfModel } from '../../format/titles.ts';
import { counted, formatAgo, formatCount, shortCommit, taskWords } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { ModelTags } from './model-tags.tsx';

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
      <Facts model={model} />
      <ModelTags model={model} />
      <section aria-label="Files">
        <Title order={3} size="h5" mb="xs">
          {counted(model.files.length, 'file')}
        </Title>
        <ModelFiles files={model.files} />
      </section>
    </Stack>
  );
}

function Facts({ model }: { readonly model: Model }) {
  const { revision, folder, task, license, installedAt, ref, repository, metadata } = model;
  const source = sourceIn(ref);
  return (
    <FactList>
      <Fact label="Reference">
        <CopyText text={ref} label="Copy the reference" />
      </Fact>
      <Fact label="Source">{SOURCE_WORDS[source]}</Fact>
      <Fact label="Repository">{repository}</Fact>
      {task && <Fact label="Task">{taskWords(task)}</Fact>}
      {license && <Fact label="Licence">{license}</Fact>}
      {metadata?.architecture && <Fact label="Architecture">{metadata.architecture}</Fact>}
      {metadata?.parameterCount !== undefined && (
        <Fact label="Parameters">{formatCount(metadata.parameterCount)}</Fact>
      )}
      {metadata?.quantization && <Fact label="Quantisation">{metadata.quantization}</Fact>}
      {metadata?.contextLength !== undefined && (
        <Fact label="Context">{`${metadata.contextLength.toLocaleString('en')} tokens`}</Fact>
      )}
      {metadata && (
        <Fact label="Chat template">{metadata.hasChatTemplate ? 'yes' : 'none in the file'}</Fact>
      )}
      <Fact label={source === 'hf' ? 'Revision' : 'Fingerprint'}>
        <CopyText
          text={revision}
          shown={shortCommit(revision)}
          label={source === 'hf' ? 'Copy the commit' : 'Copy the fingerprint'}
        />
      </Fact>
      <Fact label="Folder">
        <CopyText text={folder} label="Copy the path" />
      </Fact>
      <Fact label="Complete since">
        {installedAt ? formatAgo(installedAt, Date.now()) : 'not yet'}
      </Fact>
    </FactList>
  );
}
