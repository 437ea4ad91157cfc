import { Button, Group, Stack, Text } from '@mantine/core';
import { IconExternalLink, IconLock } from '@tabler/icons-react';
import type { Repository } from '../../../src-shared/domain/hub.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import { TokenForm } from '../../components/token-form.tsx';
import { run } from '../../stores/run.ts';
import { saveToken } from '../../stores/save-token.ts';
import { useStores } from '../../stores/stores-context.ts';

/** What has to be done before a gated repository can be downloaded, step by step, with the means to do it. */
export function AccessNotice({ repository }: { readonly repository: Repository }) {
  const stores = useStores();
  const needsToken = repository.access === 'needs-token';
  const lookAgain = () => void stores.repository.getState().reload();
  const save = async (token: string, allowPlainText: boolean) => {
    const problem = await saveToken(stores, token, allowPlainText);
    if (!problem) lookAgain();
    return problem;
  };
  return (
    <NoticeBox
      mild
      icon={IconLock}
      title={needsToken ? 'This model asks for an access token' : 'Access has to be granted'}
    >
      <Stack gap="md">
        <Text size="sm">
          {needsToken
            ? 'Accept its conditions on the model page, then add the access token of your account here.'
            : 'Your token is known, but this account has not been granted access yet. Accept the conditions on the model page; some authors answer by hand, which can take days.'}
        </Text>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconExternalLink size={15} />}
            onClick={() => void run(stores, ['links.open', { ref: repository.ref }])}
          >
            Read the conditions
          </Button>
          <Button size="xs" variant="default" onClick={lookAgain}>
            Look again
          </Button>
        </Group>
        {needsToken && <TokenForm onSave={save} />}
      </Stack>
    </NoticeBox>
  );
}
