import { Button, Group, Stack, Text } from '@mantine/core';
import { IconExternalLink, IconLock } from '@tabler/icons-react';
import type { Repository } from '../../../src-shared/domain/hub.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import { TokenForm } from '../../components/token-form.tsx';
import { accessWords } from '../../format/access-words.ts';
import { run } from '../../stores/run.ts';
import { saveToken } from '../../stores/save-token.ts';
import { useStores } from '../../stores/stores-context.ts';

/** What has to be done before a repository can be downloaded, step by step, with the means to do it. */
export function AccessNotice({ repository }: { readonly repository: Repository }) {
  const stores = useStores();
  const { title, sentences, page, takesToken } = accessWords(repository);
  const lookAgain = () => void stores.repository.getState().reload();
  const save = async (token: string, allowPlainText: boolean) => {
    const problem = await saveToken(stores, token, allowPlainText);
    if (!problem) lookAgain();
    return problem;
  };
  return (
    <NoticeBox mild icon={IconLock} title={title}>
      <Stack gap="md">
        <Text size="sm">{sentences}</Text>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconExternalLink size={15} />}
            onClick={() => void run(stores, ['links.open', { ref: repository.ref }])}
          >
            {page}
          </Button>
          <Button size="xs" variant="default" onClick={lookAgain}>
            Look again
          </Button>
        </Group>
        {takesToken && <TokenForm onSave={save} />}
      </Stack>
    </NoticeBox>
  );
}
