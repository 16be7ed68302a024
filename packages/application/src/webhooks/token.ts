import { createHmac, timingSafeEqual } from 'node:crypto';

/** The secret of webhook tokens, and the one before it while it is being changed. */
export interface WebhookSecrets {
  readonly current: string;
  readonly previous?: string;
}

/** HMAC-SHA-256 over training and attempt (SPEC §5.3): RunPod signs nothing, so the address itself must prove it. */
export function createWebhookToken(secret: string, trainingId: string, attempt: number): string {
  return createHmac('sha256', secret).update(`${trainingId}\n${attempt}`).digest('base64url');
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHmac('sha256', 'length').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Whether the token is that of this training and attempt, in constant time. */
export function verifyWebhookToken(
  secrets: WebhookSecrets,
  target: { readonly trainingId: string; readonly attempt: number },
  token: string,
): boolean {
  const current = isEqual(token, createWebhookToken(secrets.current, target.trainingId, target.attempt));
  const previous =
    secrets.previous !== undefined &&
    isEqual(token, createWebhookToken(secrets.previous, target.trainingId, target.attempt));
  return current || previous;
}
