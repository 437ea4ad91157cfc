import { useState } from 'react';
import { SecretText } from '../../components/secret-text.tsx';
import { SettingRow } from '../../components/setting-row.tsx';
import { copyToken, readToken } from '../../stores/gateway-token.ts';
import { useStores } from '../../stores/stores-context.ts';

/** The token that programs need, hidden until it is asked for. */
export function GatewayToken() {
  const stores = useStores();
  const [shown, setShown] = useState<string | null>(null);
  const show = async () => setShown(await readToken(stores));
  return (
    <SettingRow
      label="Token"
      doc="Programs ask for it as “API key”. Who has it can use Larder on this computer. It is also in api.json in the data folder."
    >
      <SecretText
        name="token"
        shown={shown}
        onShow={() => void show()}
        onHide={() => setShown(null)}
        onCopy={() => void copyToken(stores, (token) => token, 'Token copied')}
      />
    </SettingRow>
  );
}
