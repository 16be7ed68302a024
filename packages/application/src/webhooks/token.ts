import { createHmac, timingSafeEqual } from 'node:crypto';

/** The secret of webhook tokens, and the previous secret during a rotation (docs/operations/keys.md). */
export interface WebhookSecrets {
  readonly current: string;
  readonly previous?: string;
}

/**
 * Creates the token in the webhook URL of an attempt: HMAC-SHA-256 over training id and attempt number, as base64url.
 * RunPod signs no webhooks, so the URL authenticates them.
 */
export function createWebhookToken(secret: string, trainingId: string, attempt: number): string {
  return createHmac('sha256', secret).update(`${trainingId}\n${attempt}`).digest('base64url');
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHmac('sha256', 'length').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Returns whether the token belongs to this training and attempt, by the current or the previous secret, in constant time. */
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
