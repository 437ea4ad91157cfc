import { Button } from '@mantine/core';
import { useState } from 'react';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './frame.module.css';

/** What the person should know, above every screen until dismissed. The newest is shown, the others on demand. */
export function AlertBanners() {
  const stores = useStores();
  const alerts = useSlice('alerts', (state) => state.alerts);
  const [all, setAll] = useState(false);
  if (alerts.length === 0) return null;
  const shown = all ? alerts : alerts.slice(0, 1);
  return (
    <section className={classes.banners} aria-label="Alerts">
      {shown.map(({ id, error, modelId }) => (
        <ErrorNotice
          key={id}
          mild
          error={error}
          onAction={(kind) => performAction(stores, kind, { error, modelId })}
          onDismiss={() => void stores.alerts.getState().dismiss(id)}
        />
      ))}
      {alerts.length > 1 && (
        <Button
          size="compact-xs"
          variant="subtle"
          style={{ alignSelf: 'flex-start', flexShrink: 0 }}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? 'Show only the newest' : `Show ${alerts.length - 1} more`}
        </Button>
      )}
    </section>
  );
}
