import { Modal } from '@mantine/core';
import { TokenForm } from '../../components/token-form.tsx';
import { saveToken } from '../../stores/save-token.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

/** Asks for an access token when a button of an error calls for it, then goes on with what failed. */
export function TokenDialog() {
  const stores = useStores();
  const request = useSlice('dialogs', (state) => state.token);
  const close = () => stores.dialogs.getState().close();
  const save = async (token: string, allowPlainText: boolean) => {
    const problem = await saveToken(stores, token, allowPlainText);
    if (problem) return problem;
    close();
    request?.afterwards?.();
    return null;
  };
  return (
    <Modal
      opened={request !== null}
      onClose={close}
      title="Add an access token"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <TokenForm onSave={save} onCancel={close} />
    </Modal>
  );
}
