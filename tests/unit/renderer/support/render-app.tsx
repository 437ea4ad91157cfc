import { cleanup, render } from '@testing-library/react';
import { afterEach } from 'vitest';
import { App } from '../../../../src-renderer/app.tsx';
import { createStores } from '../../../../src-renderer/stores/create-stores.ts';
import { startSync } from '../../../../src-renderer/stores/sync.ts';
import type { FakeBridge } from './fake-bridge.ts';

afterEach(cleanup);

/** The whole window on an in-memory main process. */
export function renderApp({ larder }: FakeBridge) {
  const stores = createStores(larder);
  startSync(stores, larder.onEvents);
  return { stores, ...render(<App stores={stores} env="test" />) };
}
