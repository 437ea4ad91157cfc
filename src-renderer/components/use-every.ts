import { useEffect, useRef } from 'react';

/** Does something now, and again in steps, as long as what uses it is shown. */
export function useEvery(stepMs: number, task: () => void): void {
  const latest = useRef(task);
  useEffect(() => {
    latest.current = task;
  }, [task]);
  useEffect(() => {
    latest.current();
    const timer = setInterval(() => latest.current(), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
}
