/**
 * The window's content security policy forbids generating code, which zod would otherwise probe for.
 * Imported before anything that declares a schema.
 */
import { z } from 'zod';

z.config({ jitless: true });
