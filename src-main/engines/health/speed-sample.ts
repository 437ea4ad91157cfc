/** One answer of a model, and the state of the computer while it was given. */
import { z } from 'zod';

export const machineSchema = z.object({
  onBattery: z.boolean(),
  /** Share of the memory in use. */
  memoryPressure: z.number().min(0).max(1),
  swappedBytesPerSecond: z.number().nonnegative(),
  thermal: z.enum(['nominal', 'fair', 'serious', 'critical']),
  /** Share of the processor that other programs take. */
  otherLoad: z.number().min(0).max(1),
  /** Of the graphics card; empty where there is none. */
  driver: z.string(),
});
export type MachineState = z.infer<typeof machineSchema>;

export const sampleSchema = z.object({
  at: z.iso.datetime(),
  rate: z.number().positive(),
  machine: machineSchema,
  /** Measured while the model was known to be slow: no part of what is usual. */
  isSlow: z.boolean(),
});
export type SpeedSample = z.infer<typeof sampleSchema>;
