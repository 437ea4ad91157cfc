import { z } from 'zod';
import { settingsPatchSchema, settingsSchema } from '../settings/schema.ts';
import { operation } from './define.ts';

export const settingsOriginSchema = z.enum(['default', 'user', 'environment', 'command-line']);
export type SettingsOrigin = z.infer<typeof settingsOriginSchema>;

const snapshot = z.object({
  values: settingsSchema,
  origins: z
    .record(z.string(), settingsOriginSchema)
    .meta({ description: 'Where each value comes from, by dotted key.' }),
});
export type SettingsSnapshot = z.infer<typeof snapshot>;

export const settingsOperations = {
  'settings.get': operation({
    input: z.object({}),
    output: snapshot,
    http: { method: 'GET', path: '/api/v1/settings' },
    doc: 'All settings and where each value comes from.',
  }),
  'settings.patch': operation({
    input: settingsPatchSchema,
    output: snapshot,
    http: { method: 'PATCH', path: '/api/v1/settings' },
    doc: 'Change some settings; null puts one back to its default. All or nothing.',
  }),
  'settings.schema': operation({
    input: z.object({}),
    output: z.record(z.string(), z.unknown()),
    http: { method: 'GET', path: '/api/v1/settings/schema' },
    doc: 'JSON schema of the settings, with default, unit and description of each.',
  }),
  'settings.setToken': operation({
    input: z.object({
      source: z.enum(['hf']),
      token: z.string().trim().min(1).max(500).nullable().meta({ description: 'null forgets it.' }),
      allowPlainText: z.boolean().default(false).meta({
        description: 'Consent to store it unencrypted where the system has no key store.',
      }),
    }),
    output: z.object({ stored: z.enum(['encrypted', 'plain-text', 'none']) }),
    http: { method: 'PUT', path: '/api/v1/settings/token' },
    doc: 'Store or forget the access token of a hub. It is never read back.',
  }),
};
