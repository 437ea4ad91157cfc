import { VisuallyHidden } from '@mantine/core';
import { useSlice } from '../../stores/stores-context.ts';

/** Says changes of state to screen readers. */
export function Announcer() {
  const words = useSlice('notices', (state) => state.announcement);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {words}
    </VisuallyHidden>
  );
}
