import { z } from 'zod';
import { alertSchema } from '../domain/alert.ts';
import { operation } from './define.ts';

const check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });

export const systemOperations = {
  'health.live': operation({
    input: z.object({}),
    output: z.object({ status: z.literal('ok') }),
    http: { method: 'GET', path: '/health/live' },
    doc: 'The process is up.',
    open: true,
  }),
  'health.ready': operation({
    input: z.object({}),
    output: z.object({ status: z.enum(['ok', 'degraded']), checks: z.array(check) }),
    http: { method: 'GET', path: '/health/ready' },
    doc: 'Library writable, downloads running, stores writable: one result per check.',
  }),
  'system.info': operation({
    input: z.object({}),
    output: z.object({
      version: z.string(),
      electron: z.string().nullable(),
      platform: z.string(),
      userDataFolder: z.string(),
      libraryFolder: z.string(),
      hub: z.object({ endpoint: z.string(), token: z.enum(['settings', 'environment', 'none']) }),
      secrets: z.enum(['encrypted', 'plain-text']),
      api: z.object({ url: z.string().nullable() }),
      hardware: z.object({
        memoryBytes: z.number().int().nonnegative(),
        videoMemoryBytes: z.number().int().nonnegative().nullable(),
        freeDiskBytes: z.number().int().nonnegative().nullable(),
        cpu: z.string(),
        cores: z.number().int().positive(),
      }),
    }),
    http: { method: 'GET', path: '/api/v1/system' },
    doc: 'This installation: version, folders, hub, hardware, address of the local API.',
  }),
  'folders.open': operation({
    input: z.object({
      place: z.enum(['library', 'model', 'user-data', 'logs']),
      modelId: z.string().min(1).optional().meta({ description: 'With place "model".' }),
      reveal: z
        .boolean()
        .default(false)
        .meta({ description: 'Show it selected in its parent folder instead of opening it.' }),
    }),
    output: z.object({ path: z.string() }),
    http: { method: 'POST', path: '/api/v1/folders/open' },
    doc: 'Open or reveal a folder in the file manager.',
  }),
  'folders.choose': operation({
    input: z.object({ title: z.string().max(200).default('Choose a folder') }),
    output: z.object({ path: z.string().nullable() }),
    http: { method: 'POST', path: '/api/v1/folders/choose' },
    doc: 'Ask the person at the window for a folder; null when they cancel or there is no window.',
  }),
  'links.open': operation({
    input: z.object({ modelId: z.string().optional(), ref: z.string().optional() }),
    output: z.object({ url: z.string() }),
    http: { method: 'POST', path: '/api/v1/links/open' },
    doc: 'Open the hub page of a model in the browser.',
  }),
  'alerts.list': operation({
    input: z.object({}),
    output: z.object({ items: z.array(alertSchema) }),
    http: { method: 'GET', path: '/api/v1/alerts' },
    doc: 'What the person should know and has not dismissed.',
  }),
  'alerts.dismiss': operation({
    input: z.object({ id: z.string().min(1) }),
    output: z.object({}),
    http: { method: 'DELETE', path: '/api/v1/alerts/{id}' },
    doc: 'Dismiss one alert.',
  }),
};
