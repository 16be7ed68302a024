import { z } from 'zod';
import { isoTimeSchema } from './fields.ts';

/** What a key allows (SPEC §5.5); each scope includes the one before it. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

/** `POST /api/session`: a key for a cookie. */
export const sessionRequestSchema = z.strictObject({ key: z.string().min(1).max(512) });
export const sessionSchema = z.object({ scope: scopeSchema, expires_at: isoTimeSchema });

/** `/livez` and `/readyz`; the reasons say what is missing. */
export const healthSchema = z.object({ status: z.enum(['ok', 'unavailable']), reasons: z.array(z.string()) });
