import { z } from 'zod';

/** What our webhook address carries (SPEC §5.3); the token proves the address was given out by us. */
export const webhookQuerySchema = z.object({
  training: z.string().min(1).max(128),
  attempt: z.coerce.number().int().min(1),
  token: z.string().min(1).max(512),
});

/** Any body at all is taken: a hint is read out of it, or nothing. */
export const webhookBodySchema = z.unknown();

export const webhookResponseSchema = z.object({ received: z.literal(true) });
