/** A process of our own that runs one file and is talked to: Electron's utility process, or a child of Node. */
export interface RuntimeProcess {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(hear: (message: unknown) => void): void;
  /** Once, however it ended. */
  onExit(hear: () => void): void;
  /** At once; whatever it was doing is lost. Idempotent. */
  kill(): void;
}

/** @param file an ES module of ours */
export type StartProcess = (file: URL) => RuntimeProcess;
