/** The contract over Electron's IPC: one channel per operation, answered by JSON, and one for batches of events. */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { Envelope } from '../../src-shared/contract/envelope.ts';
import { callChannel, EVENTS_CHANNEL } from '../../src-shared/contract/ipc.ts';
import { OPERATION_NAMES } from '../../src-shared/contract/operations.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { Clock } from '../engines/ports.ts';
import { isSmallArgument } from './argument-size.ts';
import type { Dispatch } from './dispatch.ts';
import { batch } from './event-batch.ts';
import type { EventBus } from './events.ts';
import { isTrustedSender } from './trusted-sender.ts';

export interface IpcOptions {
  readonly dispatch: Dispatch;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** The windows that are open now; only they may call and hear events. */
  readonly windows: () => readonly BrowserWindow[];
  /** Address of the development server; `null` in packaged apps. */
  readonly developmentUrl: string | null;
}

/** @returns removes all channels again */
export function serveIpc({
  dispatch,
  bus,
  clock,
  windows,
  developmentUrl,
}: IpcOptions): () => void {
  for (const name of OPERATION_NAMES) {
    ipcMain.handle(callChannel(name), async (event, input: unknown): Promise<string> => {
      const trusted = isTrustedSender(senderFacts(event, windows()), developmentUrl);
      if (!trusted) return refused(new AppError('ORIGIN_REFUSED', {}));
      if (!isSmallArgument(input)) return refused(TOO_LARGE);
      return JSON.stringify(await dispatch.call(name, input));
    });
  }
  const stopEvents = batch(bus, clock, (events) => {
    const text = JSON.stringify(events);
    for (const window of windows()) {
      if (!window.isDestroyed()) window.webContents.send(EVENTS_CHANNEL, text);
    }
  });
  return () => {
    stopEvents();
    for (const name of OPERATION_NAMES) ipcMain.removeHandler(callChannel(name));
  };
}

function senderFacts({ sender, senderFrame }: IpcMainInvokeEvent, open: readonly BrowserWindow[]) {
  return {
    url: senderFrame?.url ?? null,
    isMainFrame: senderFrame !== null && senderFrame === sender.mainFrame,
    isOurWindow: open.some((window) => !window.isDestroyed() && window.webContents === sender),
  };
}

const TOO_LARGE = new AppError('INPUT_INVALID', { problem: 'the input is too large' });

function refused(error: AppError): string {
  const envelope: Envelope<never> = { ok: false, error: toErrorReport(error) };
  return JSON.stringify(envelope);
}
