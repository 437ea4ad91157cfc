import './zod-without-eval.ts';
import './style-nonce.ts';
import '@mantine/core/styles.css';
import './global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { bridge } from './bridge/bridge.ts';
import { createStores } from './stores/create-stores.ts';
import { startSync } from './stores/sync.ts';

const stores = createStores(bridge);
startSync(stores, bridge.onEvents);

const root = document.getElementById('root');
if (!root) throw new Error('No #root in the page');
createRoot(root).render(
  <StrictMode>
    <App stores={stores} />
  </StrictMode>,
);
