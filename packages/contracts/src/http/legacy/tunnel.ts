import { z } from 'zod';

/** `GET /api/ngrok/status`, and the answer of start and stop (seed 001). */
export const tunnelSchema = z.object({
  running: z.boolean(),
  url: z.string().nullable().describe('The public address of the webhooks, used by later submissions.'),
  missing: z.string().nullable().describe('What must be set before a tunnel can be started.'),
});
export type TunnelView = z.infer<typeof tunnelSchema>;
