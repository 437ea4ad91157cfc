import type { LarderBridge, LarderCalls, LarderDoor } from '../../src-shared/contract/ipc.ts';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly larder: LarderDoor;
  }
}

/** Answers and events come as text, which is read here. */
export function throughDoor({ onEvents, ...texts }: LarderDoor): LarderBridge {
  const calls = Object.entries(texts).map(([name, ask]) => {
    const asked = ask as (input: unknown) => Promise<string>;
    return [name, async (input: unknown): Promise<unknown> => JSON.parse(await asked(input))];
  });
  return {
    ...(Object.fromEntries(calls) as LarderCalls),
    onEvents: (listener) => onEvents((batch) => listener(JSON.parse(batch))),
  };
}
