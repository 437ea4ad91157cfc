import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { findGroup, selectFiles } from '../../../src-shared/domain/choose-variant.ts';
import type { Repository, Variant } from '../../../src-shared/domain/hub.ts';
import { modelIdOf, parseReference } from '../../../src-shared/domain/reference.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { SourceFiles } from '../../components/source-files.tsx';
import { VariantRow } from '../../components/variant-row.tsx';
import { SOURCE_WORDS, sourceIn, variantIn } from '../../format/titles.ts';
import { formatAgo, formatCount, shortCommit, taskWords } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { AccessNotice } from './access-notice.tsx';
import { PreviewDisclosure } from './preview-disclosure.tsx';

export function RepositoryDetail({ repository }: { readonly repository: Repository }) {
  const open = repository.access === 'open';
  return (
    <Stack gap="lg">
      <Facts repository={repository} />
      {!open && <AccessNotice repository={repository} />}
      <Variants repository={repository} />
      <SourceFiles files={repository.files} sizeBytes={repository.sizeBytes} />
    </Stack>
  );
}

function Facts({ repository }: { readonly repository: Repository }) {
  const { task, license, downloads, updatedAt, revision, requestedRevision, ref } = repository;
  const source = sourceIn(ref);
  const facts = [
    SOURCE_WORDS[source],
    task && taskWords(task),
    license ? `Licence ${license}` : source === 'hf' && 'No licence stated',
    downloads !== undefined && `${formatCount(downloads)} downloads`,
    updatedAt && `updated ${formatAgo(updatedAt, Date.now())}`,
  ].filter(Boolean);
  return (
    <Group gap={10} fz="sm" c="dimmed">
      {repository.gated && (
        <Badge variant="light" color="amber">
          Gated
        </Badge>
      )}
      {repository.private && (
        <Badge variant="light" color="gray">
          Private
        </Badge>
      )}
      <span>{facts.join(' · ')}</span>
      {source === 'hf' ? (
        <Group gap={6} wrap="nowrap">
          {requestedRevision} at
          <CopyText text={revision} shown={shortCommit(revision)} label="Copy the commit" />
        </Group>
      ) : (
        <Group gap={6} wrap="nowrap">
          Fingerprint
          <CopyText text={revision} shown={shortCommit(revision)} label="Copy the fingerprint" />
        </Group>
      )}
    </Group>
  );
}

function Variants({ repository }: { readonly repository: Repository }) {
  const stores = useStores();
  const reference = useSlice('repository', (state) => state.reference);
  const models = useSlice('models', (state) => state.models);
  const [asking, setAsking] = useState<ReadonlySet<string>>(new Set());
  const known = new Set(loadedValue(models)?.map(({ id }) => id));
  const asked = variantIn(reference);
  const wanted = asked === undefined ? undefined : findGroup(repository.variants, asked);
  const has = ({ inLibrary, ref }: Variant) => inLibrary || known.has(idOf(ref));
  const offers = (variant: Variant) => repository.access === 'open' && !has(variant);

  const download = async ({ ref }: Variant) => {
    setAsking((before) => new Set(before).add(ref));
    await run(stores, ['models.track', { ref }], { reference: ref });
    setAsking((before) => new Set([...before].filter((one) => one !== ref)));
  };
  return (
    <section aria-label="Variants">
      <Title order={2} size="h5" mb="xs">
        {repository.variants.length > 1 ? 'Choose a variant' : 'Download'}
      </Title>
      {repository.variants.length === 0 && (
        <Text size="sm" c="dimmed">
          There is no model file here that Larder knows how to use.
        </Text>
      )}
      {asked !== undefined && isNowhere(asked, repository) && (
        <Text size="sm" mb="xs" role="status">
          There is no variant “{asked}”; these are there.
        </Text>
      )}
      <Stack gap={8} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {repository.variants.map((variant) => (
          <VariantRow
            key={variant.ref}
            variant={variant}
            inLibrary={has(variant)}
            wanted={wanted === variant}
            blocked={repository.access !== 'open'}
            busy={asking.has(variant.ref)}
            onDownload={() => void download(variant)}
            onShow={() => showInLibrary(stores, variant.ref)}
          >
            {offers(variant) && <PreviewDisclosure variant={variant} />}
          </VariantRow>
        ))}
      </Stack>
    </section>
  );
}

/** Neither a variant, nor a file, nor a pattern of files. */
const isNowhere = (asked: string, { variants, files }: Repository) =>
  variants.length > 0 && !findGroup(variants, asked) && selectFiles(files, asked).length === 0;

function showInLibrary(stores: ReturnType<typeof useStores>, ref: string): void {
  const { go, openModel } = stores.navigation.getState();
  go('library');
  openModel(idOf(ref));
}

function idOf(ref: string): string {
  try {
    return modelIdOf(parseReference(ref));
  } catch {
    return ref;
  }
}
