/** The key store of the system, through Electron: Keychain, DPAPI, libsecret or KWallet. */
import { safeStorage } from 'electron';
import type { Cipher, SecretProtection } from '../stores/secrets.ts';

/** Asks the system the first time it is needed; only after the app is ready. */
export function createElectronCipher(): Cipher {
  let protection: Promise<SecretProtection> | undefined;
  return {
    kind() {
      protection ??= findProtection();
      return protection;
    },
    async encrypt(text) {
      return (await safeStorage.encryptStringAsync(text)).toString('base64');
    },
    async decrypt(text) {
      const { result } = await safeStorage.decryptStringAsync(Buffer.from(text, 'base64'));
      return result;
    },
  };
}

/** Linux without a password manager encrypts with a password that everybody knows: plain text. */
async function findProtection(): Promise<SecretProtection> {
  const known =
    process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (known) return 'plain-text';
  return (await safeStorage.isAsyncEncryptionAvailable()) ? 'encrypted' : 'plain-text';
}
