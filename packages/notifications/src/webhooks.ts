import type { OutgoingMessage, SendOutcome } from '@trainyard/application';
import { Webhook } from 'standardwebhooks';
import { formatMessage } from './message-text.ts';
import type { Post } from './post.ts';

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

/** Posts to an incoming webhook as Slack takes it, and those that do as Slack does. */
export function postToSlack(post: Post, url: string, message: OutgoingMessage): Promise<SendOutcome> {
  const { headline, lines } = formatMessage(message.body);
  const text = [`*${escapeText(headline)}*`, ...lines.map(escapeText)].join('\n');
  return post(url, { text: JSON.stringify({ text }), headers: { 'webhook-id': message.id } });
}

/** The three characters that Slack's text gives a meaning. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
