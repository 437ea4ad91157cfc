/** How far all running downloads are together, where a taskbar or a tray can show it. */
import type { Download } from '../../../src-shared/domain/download.ts';
import type { EventBus } from '../../transports/events.ts';

/** 0 to 1, or `null` when nothing runs. Pure. */
export function overallProgress(downloads: readonly Download[]): number | null {
  const running = downloads.filter(({ state }) => state.kind === 'running');
  const sizeBytes = running.reduce((sum, download) => sum + download.sizeBytes, 0);
  if (sizeBytes === 0) return null;
  return running.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0) / sizeBytes;
}

export interface TaskbarWiring {
  readonly bus: EventBus;
  readonly downloads: () => readonly Download[];
  readonly show: (progress: number | null) => void;
}

/** Shows every change of at least a percent, and each beginning and end. */
export function followProgress({ bus, downloads, show }: TaskbarWiring): void {
  let shown: number | null = null;
  bus.subscribe(({ type }) => {
    if (!type.startsWith('download.')) return;
    const progress = overallProgress(downloads());
    const isSmall = progress !== null && shown !== null && Math.abs(progress - shown) < 0.01;
    if (isSmall || progress === shown) return;
    shown = progress;
    show(progress);
  });
}
