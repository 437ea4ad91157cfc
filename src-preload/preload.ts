/**
 * The bridge: exactly one function per operation of the contract, and the events. Nothing of Electron
 * gets through, neither its modules nor the event objects of its messages.
 */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { callChannel, EVENTS_CHANNEL, type LarderDoor } from '../src-shared/contract/ipc.ts';
import { OPERATION_NAMES } from '../src-shared/contract/operations.ts';

const calls = OPERATION_NAMES.map((name) => [
  name,
  (input: unknown) => ipcRenderer.invoke(callChannel(name), input),
]);

const onEvents: LarderDoor['onEvents'] = (listener) => {
  const forward = (_event: IpcRendererEvent, batch: string) => listener(batch);
  ipcRenderer.on(EVENTS_CHANNEL, forward);
  return () => {
    ipcRenderer.removeListener(EVENTS_CHANNEL, forward);
  };
};

contextBridge.exposeInMainWorld('larder', { ...Object.fromEntries(calls), onEvents });
