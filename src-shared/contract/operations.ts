/** All operations, by name. One contract, three ways in: window, HTTP, command line. */
import type { z } from 'zod';
import { analyticsOperations } from './analytics.ts';
import { auditOperations } from './audit.ts';
import { downloadOperations } from './downloads.ts';
import { fallbackOperations } from './fallback.ts';
import { generationOperations } from './generation.ts';
import { healthOperations } from './health.ts';
import { hubOperations } from './hub.ts';
import { importOperations } from './import.ts';
import { libraryOperations } from './libraries.ts';
import { modelOperations } from './models.ts';
import { recoveryOperations } from './recovery.ts';
import { settingsOperations } from './settings.ts';
import { storageOperations } from './storage.ts';
import { systemOperations } from './system.ts';

export const OPERATIONS = {
  ...modelOperations,
  ...hubOperations,
  ...downloadOperations,
  ...healthOperations,
  ...fallbackOperations,
  ...generationOperations,
  ...recoveryOperations,
  ...importOperations,
  ...storageOperations,
  ...libraryOperations,
  ...analyticsOperations,
  ...auditOperations,
  ...settingsOperations,
  ...systemOperations,
} as const;

export type OperationName = keyof typeof OPERATIONS;
/** What a caller may leave out is optional here. */
export type OperationInput<N extends OperationName> = z.input<(typeof OPERATIONS)[N]['input']>;
/** What the implementation receives: defaults filled in. */
export type OperationRequest<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['input']>;
export type OperationOutput<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['output']>;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];

/** One function per operation: what `src-main/operations` implements. */
export type OperationHandlers = {
  readonly [N in OperationName]: (input: OperationRequest<N>) => Promise<OperationOutput<N>>;
};
