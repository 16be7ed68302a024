import type { OutgoingMessage, SendOutcome } from '@trainyard/application';
import { Webhook } from 'standardwebhooks';
import type { Post } from '../http/post.ts';

/** Where a signed message goes. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_…`, the newest first: it is signed with each, so that a secret can be changed without a gap. */
  readonly secrets: readonly string[];
}

/**
 * Posts by the Standard Webhooks specification. The timestamp is that of this sending, in real time; the id and the
 * payload are those of every sending.
 */
export function postSigned(
  post: Post,
  target: WebhookTarget,
  message: OutgoingMessage,
): Promise<SendOutcome> {
  const text = JSON.stringify(message.body);
  const sentAt = new Date();
  const signatures = target.secrets.map((secret) => new Webhook(secret).sign(message.id, sentAt, text));
  return post(target.url, {
    text,
    headers: {
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
    },
  });
}
