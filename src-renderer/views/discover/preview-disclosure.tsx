import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { DownloadPreview } from '../../../src-shared/domain/download.ts';
import type { Variant } from '../../../src-shared/domain/hub.ts';
import { PreviewFiles } from '../../components/preview-files.tsx';
import { describePreview } from '../../format/preview-words.ts';
import { LOADING, type Loadable, toLoadable } from '../../stores/loadable.ts';
import { useStores } from '../../stores/stores-context.ts';

/** A dry run of a download, asked for when it is opened. */
export function PreviewDisclosure({ variant }: { readonly variant: Variant }) {
  const { call } = useStores();
  const [preview, setPreview] = useState<Loadable<DownloadPreview> | null>(null);
  const open = preview !== null;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const toggle = async () => {
    if (open) return setPreview(null);
    setPreview(LOADING);
    const answer = await call('downloads.preview', { ref: variant.ref });
    setPreview((before) => (before === null ? null : toLoadable(answer)));
  };
  return (
    <div>
      <UnstyledButton
        display="block"
        aria-expanded={open}
        aria-label={`What will be fetched for ${variant.name}?`}
        onClick={() => void toggle()}
      >
        <Group gap={4} c="dimmed" fz="xs">
          <Chevron size={14} aria-hidden />
          What will be fetched?
        </Group>
      </UnstyledButton>
      <div role="status">{preview && <Answer preview={preview} />}</div>
      {preview?.status === 'ready' && <PreviewFiles files={preview.value.files} />}
    </div>
  );
}

function Answer({ preview }: { readonly preview: Loadable<DownloadPreview> }) {
  if (preview.status === 'loading') {
    return (
      <Text size="xs" c="dimmed">
        Looking…
      </Text>
    );
  }
  if (preview.status === 'failed') {
    return (
      <Text size="xs" c="red">
        {preview.error.detail}
      </Text>
    );
  }
  return (
    <Text size="xs" className="numbers" {...(!preview.value.fits && { c: 'red' })}>
      {describePreview(preview.value)}
    </Text>
  );
}
