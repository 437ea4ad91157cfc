import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { RuntimeProcess, StartProcess } from '../runtimes/process.ts';

/** As a utility process of Chromium: the only kind a packaged application may start with its own code. */
export const startElectronProcess: StartProcess = (file): RuntimeProcess => {
  const child = utilityProcess.fork(fileURLToPath(file), [], {
    serviceName: 'Larder model',
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (hear) => child.on('message', hear),
    onExit: (hear) => void ended.then(hear),
    kill: () => void child.kill(),
  };
};
