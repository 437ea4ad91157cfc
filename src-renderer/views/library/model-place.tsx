import { Button, Text } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { APP_NAMES } from '../../../src-shared/domain/inventory.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';
import { DrawerSection } from './drawer-section.tsx';

/** Its folder, and who else has its files. */
export function ModelPlace({ model }: { readonly model: Model }) {
  const stores = useStores();
  const { id: modelId, folder, adopted } = model;
  const open = () => void run(stores, ['folders.open', { place: 'model', modelId }], { modelId });
  return (
    <DrawerSection
      title="Where it lives"
      action={
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconFolder size={14} />}
          onClick={open}
        >
          Open folder
        </Button>
      }
    >
      <Text size="sm" component="div">
        <CopyText text={folder} label="Copy the path" />
      </Text>
      {adopted && (
        <Text size="sm" mt={4}>
          {sharedWords(adopted.app)}
        </Text>
      )}
    </DrawerSection>
  );
}

const OWNERS: Readonly<Record<string, string>> = {
  ...APP_NAMES,
  huggingface: 'the Hugging Face tools',
  folder: 'a folder of yours',
};

const sharedWords = (app: string) =>
  `Its files are shared with ${OWNERS[app] ?? app}: both use the same bytes, which take room once.`;
