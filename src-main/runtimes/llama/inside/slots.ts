/** So many at the same time; the others wait in turn. */
export interface Slots<T> {
  /** @throws the reason of the signal, when that comes first */
  take(signal: AbortSignal): Promise<T>;
  give(slot: T): void;
}

/** The one given back last is taken first: what it still holds of the conversation is used again. */
export function createSlots<T>(all: readonly T[]): Slots<T> {
  const free = [...all];
  const waiting: ((slot: T) => void)[] = [];
  return {
    take: (signal) =>
      new Promise<T>((resolve, reject) => {
        signal.throwIfAborted();
        const slot = free.pop();
        if (slot !== undefined) return resolve(slot);
        const take = (given: T) => {
          signal.removeEventListener('abort', giveUp);
          resolve(given);
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(take), 1);
          reject(signal.reason);
        };
        waiting.push(take);
        signal.addEventListener('abort', giveUp, { once: true });
      }),
    give: (slot) => {
      const next = waiting.shift();
      if (next) next(slot);
      else free.push(slot);
    },
  };
}
