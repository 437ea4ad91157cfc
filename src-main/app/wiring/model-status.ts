/** A download's change of state is a model's change of status; a finished one changes the disk too. */
import type { Catalog } from '../../library/catalog.ts';
import type { EventBus } from '../../transports/events.ts';

export function followDownloads({ bus, catalog }: { bus: EventBus; catalog: Catalog }): () => void {
  return bus.subscribe((event) => {
    if (event.type !== 'download.state') return;
    const { modelId, download } = event.data;
    const settled = download === null || download.state.kind === 'done';
    if (settled) void catalog.refresh(modelId);
    else catalog.announce(modelId);
  });
}
