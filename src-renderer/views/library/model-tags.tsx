import { TagsInput } from '@mantine/core';
import type { Model } from '../../../src-shared/domain/model.ts';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';

/** Tags of one's own, for rules of clean-up and to find a model again. */
export function ModelTags({ model }: { readonly model: Model }) {
  const stores = useStores();
  return (
    <TagsInput
      label="Tags"
      description="Rules of clean-up can name them."
      placeholder={model.tags.length === 0 ? 'Add a tag' : ''}
      maxTags={20}
      value={[...model.tags]}
      onChange={(tags) => void run(stores, ['models.tag', { modelId: model.id, tags }])}
    />
  );
}
