import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RuntimeProcess, StartProcess } from '../runtimes/process.ts';

/** As a child of Node; Electron forbids that once it is packaged. */
export const startNodeProcess: StartProcess = (file): RuntimeProcess => {
  const child = fork(fileURLToPath(file), [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => {
      child.kill('SIGKILL');
      resolve();
    });
  });
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (hear) => child.on('message', hear),
    onExit: (hear) => void ended.then(hear),
    kill: () => void child.kill('SIGKILL'),
  };
};
