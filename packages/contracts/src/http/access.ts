import { z } from 'zod';
import { isoTimeSchema } from './fields.ts';
import { lineSchema } from './text.ts';

/** Scopes of API keys, narrowest first. Each scope includes those before it (docs/operations/keys.md). */
export const SCOPES = ['read', 'write', 'admin'] as const;
/** Scope of an API key on the wire. */
export const scopeSchema = z.enum(SCOPES);
/** Scope of an API key: `read`, `write` or `admin`. */
export type Scope = z.infer<typeof scopeSchema>;

/** Body of `POST /api/session`: the API key that the session cookie will represent. */
export const sessionRequestSchema = z.strictObject({ key: lineSchema.min(1).max(512) });
/** Response of `POST /api/session`: the scope of the key and the time when the session expires. */
export const openedSessionSchema = z.object({ scope: scopeSchema, expires_at: isoTimeSchema });

/** Response of `GET /api/session`: the access of the caller, and the clock of the server. */
export const sessionSchema = z.object({
  /** Whether the server requires an API key. */
  locked: z.boolean(),
  /** Scope of the caller; null without a key and without a session. */
  scope: scopeSchema.nullable(),
  /** Time when the session expires; null without a session. */
  expires_at: isoTimeSchema.nullable(),
  version: z.string(),
  now: isoTimeSchema,
  /** Factor by which the clock of the server is faster than real time; 1 outside of demo and tests. */
  time_factor: z.number().positive(),
});

/**
 * Response of `/livez` and `/readyz`. Each reason names a missing requirement; the list is empty while the status is `ok`.
 */
export const healthSchema = z.object({ status: z.enum(['ok', 'unavailable']), reasons: z.array(z.string()) });

/**
 * Query of a webhook URL. The token is an HMAC-SHA-256 over training and attempt and proves that Trainyard issued the URL.
 */
export const webhookQuerySchema = z.object({
  training: lineSchema.min(1).max(128),
  attempt: z.coerce.number().int().min(1),
  token: lineSchema.min(1).max(512),
});

/** Body of a webhook. Every body is accepted, because a webhook is only a hint to poll the run (I6). */
export const webhookBodySchema = z.unknown();

/** Response of the webhook routes. */
export const webhookResponseSchema = z.object({ received: z.literal(true) });
