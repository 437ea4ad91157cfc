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
      const encrypted = hasAsyncCalls()
        ? await safeStorage.encryptStringAsync(text)
        : safeStorage.encryptString(text);
      return encrypted.toString('base64');
    },
    async decrypt(text) {
      const encrypted = Buffer.from(text, 'base64');
      if (!hasAsyncCalls()) return safeStorage.decryptString(encrypted);
      return (await safeStorage.decryptStringAsync(encrypted)).result;
    },
  };
}

/** Older versions of Electron, which Larder still runs on, only have calls that block. */
const hasAsyncCalls = () => typeof safeStorage.encryptStringAsync === 'function';

/** Linux without a password manager encrypts with a password that everybody knows: plain text. */
async function findProtection(): Promise<SecretProtection> {
  const known =
    process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (known) return 'plain-text';
  const isAvailable = hasAsyncCalls()
    ? await safeStorage.isAsyncEncryptionAvailable()
    : safeStorage.isEncryptionAvailable();
  return isAvailable ? 'encrypted' : 'plain-text';
}
