import type { ToLocal } from '../engines/analytics/roll-up.ts';

/** Day and hour by the clock of this computer, in its time zone. */
export const localTimeOf: ToLocal = (ms) => {
  const date = new Date(ms);
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return { day, hour: date.getHours() };
};
